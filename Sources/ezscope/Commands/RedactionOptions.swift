import ArgumentParser
import FoundationEssentials
import Glibc
import TerminalUI

/// How much of the texts is to be hidden.
struct RedactionOptions: ParsableArguments {
  @Option(
    name: .customLong("redact"),
    help: ArgumentHelp(
      "Hide texts, ids and metadata: off, patterns, all or blank.",
      discussion: """
        patterns hides digits, capitalised words, addresses and known shapes of secrets: names in \
        lower case or other scripts stay readable. all hides every letter and digit but not how \
        long a text is; blank hides that, too. \
        Pictures, recordings and reports that go to a file or a pipe hide all of them unless told \
        otherwise, but for the sample data, whose records are invented.
        """))
  var chosen: Redaction?

  /// On a user's own screen nothing is hidden unless asked for.
  var onScreen: Redaction { chosen ?? .off }

  /// What leaves the machine is hidden unless asked otherwise; invented records need no hiding.
  func inExport(of paths: [String]) -> Redaction {
    if let chosen { return chosen }
    guard let sample = SampleDataLocation.find().map(Self.canonical), !paths.isEmpty else {
      return .all
    }
    let isSample = paths.map(Self.canonical).allSatisfy {
      $0 == sample || $0.hasPrefix(sample + "/")
    }
    return isSample ? .off : .all
  }

  private static func canonical(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }
}

extension Redaction: ExpressibleByArgument {
  package init?(argument: String) {
    // The name of earlier versions.
    self.init(rawValue: argument == "sensitive" ? "patterns" : argument)
  }
}
