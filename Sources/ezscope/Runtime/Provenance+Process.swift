import Analysis
import EvidenceIO
import Reports

extension Provenance {
  /// That of what this process has read so far, by this command line.
  ///
  /// - Parameter others: Files that were read for something else.
  /// - Throws: What keeps an input from being read once more, for its hash.
  static func ofThisProcess(
    except others: Set<String> = []
  ) throws(IngestError) -> Provenance {
    Provenance(
      arguments: Array(CommandLine.arguments.dropFirst()),
      inputs: try FileDigest.ofInputs(except: others).map {
        Input(name: $0.path, bytes: $0.bytes, sha256: $0.sha256)
      })
  }
}

extension JSON {
  /// A document that says what this process read and was asked.
  func traced() throws(IngestError) -> JSON { adding(try .ofThisProcess()) }
}
