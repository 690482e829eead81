import ArgumentParser
import Analysis
import EvidenceIO
import Reports
import ScoringCore

/// `check`: what files hold, what is wrong with them, and which attacks they allow.
struct CheckCommand: ParsableCommand {
  /// How the report is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report what files are and hold, what is wrong with them and what they allow.")

  @Argument(help: "Experiment folders, evidence files or score files; - is standard input.")
  var paths: [String] = []
  @OptionGroup var dumps: DumpOptions
  @OptionGroup var evidence: EvidenceOptions
  @Option(help: "text or json.") var format = Format.text
  @Flag(help: "List texts of members, non-members and suspects that nearly repeat each other.")
  var nearDuplicates = false
  @Flag(help: "Report everything, not only what fits a screen.") var all = false
  @Flag(help: "Give status 1 if any record had to be skipped.") var strict = false

  func run() throws {
    let console = Console()
    let sources = try dumps.someSources(paths)
    let opened = try InputOptions.read(sources, console, evidence)
    let report = EvidenceReport(opened)
    let runs = opened.experiment.runs.map { AttackAvailability($0) }
    let duplicates = nearDuplicates ? DuplicateList.lists(of: opened.experiment) : []
    switch format {
    case .text where !all && !nearDuplicates:
      let next = NextCommand(report, sources).lines
      try ResultOutput.write(report.summary(attacks: AttackAvailability.summary(runs), next: next))
    case .text:
      let parts = AttackAvailability.text(runs) + duplicates.map(\.text)
      try ResultOutput.write(report.text + "\n" + parts.joined(separator: "\n"))
    case .json:
      // The report's own document, with a member or two more.
      let attacks = JSON.list(runs.map(\.json)).line
      let pairs =
        nearDuplicates
        ? ",\"near_duplicates\":\(JSON.list(duplicates.map(\.json)).line)" : ""
      let origin = try Provenance.ofThisProcess().json.line
      let document =
        report.json.dropLast(2) + ",\"attacks\":\(attacks)\(pairs),\"provenance\":\(origin)}\n"
      try ResultOutput.write(String(document))
    }
    guard !strict || report.isClean else {
      let defects = opened.notes.defects
      throw CommandError(.verdict, "\(defects.total) records were skipped: \(defects.summary)")
    }
  }
}
