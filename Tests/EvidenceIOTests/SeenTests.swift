import ScoringCore
import TestSupport
import Testing

@testable import EvidenceIO

/// What an experiment says of the sequences that a run had been trained on.
@Suite struct SeenTests {
  private static let scores = """
    run,id,label,loss
    early,a,member,3
    early,b,member,1
    early,c,non-member,2

    """

  private static func open(
    _ keys: String, seen: String? = nil
  ) throws -> (run: Run, metadata: Metadata, labels: [Label], ids: TextColumn) {
    let folder = try TemporaryFolder()
    try folder.write("early.csv", scores)
    if let seen { try folder.write("seen.csv", seen) }
    let path = try folder.write(
      "experiment.toml", "[[run]]\nname = \"early\"\nscores = \"early.csv\"\n\(keys)\n")
    let opened = try ExperimentReader.open(path)
    guard case .scores(let table) = opened.experiment.runs[0] else { throw SeenProblem() }
    return (table.run, MetadataReader.read(table), table.labels, table.ids)
  }

  private struct SeenProblem: Error {}

  @Test func stepsAndBatchAreRead() throws {
    let opened = try Self.open("epoch = 0.5\nsteps = 62\nbatch = 16")
    #expect(opened.run.steps == 62 && opened.run.batch == 16 && opened.run.details.isEmpty)
    #expect(opened.run.isWithinFirstEpoch(memberCount: 2000) == true)
  }

  @Test(arguments: ["id,seen_until\na,7\n", "id\na\n", "seen_until,id\n,a\n"])
  func aFileNamesWhatWasSeen(_ text: String) throws {
    let opened = try Self.open("epoch = 0.5\nseen = \"seen.csv\"", seen: text)
    let all = opened.run.withoutUnseen(
      [true, true, true], ids: opened.ids, labels: opened.labels, metadata: opened.metadata)
    #expect(all == [true, false, true])
    #expect(opened.metadata.column("seen")?.value(1) == "false")
  }

  @Test(
    arguments: [
      ("", 0, "is empty"), ("name\na\n", 1, "has no column id"),
      ("id,seen_until\na,soon\n", 2, "is no step"), ("id,seen_until\na,0\n", 2, "is no step"),
      ("id,seen_until\na,1\na,2\n", 3, "names a sequence again"),
      ("id,seen_until\na\n", 2, "has 1 fields, its heading 2"),
    ])
  func whatIsWrongInItIsNamed(_ text: String, line: Int, problem: String) throws {
    do {
      _ = try Self.open("seen = \"seen.csv\"", seen: text)
      Issue.record("opened")
    } catch let error as IngestError {
      #expect(error.description.contains(problem), "\(error)")
      #expect(!error.remedy.isEmpty)
      if line > 0 { #expect(error.description.contains("\(line)"), "\(error)") }
    }
  }

  @Test func aFileThatIsMissingIsNamed() throws {
    do {
      _ = try Self.open("seen = \"nowhere.csv\"")
      Issue.record("opened")
    } catch let error as IngestError {
      #expect(error.description.contains("there is no file \"nowhere.csv\""), "\(error)")
    }
  }
}
