import ArgumentParser
import EvidenceIO
import ScoringCore
import TerminalUI

/// `check`: what files hold, what is wrong with them, and which attacks they allow.
struct CheckCommand: ParsableCommand {
  /// How the report is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report what evidence holds, what is wrong with it and which attacks it allows.")

  @Argument(help: "Experiment folders, evidence files or score files; - is standard input.")
  var paths: [String] = []
  @OptionGroup var dumps: DumpOptions
  @OptionGroup var evidence: EvidenceOptions
  @Option(help: "text or json.") var format = Format.text
  @Flag(help: "List texts of members, non-members and suspects that nearly repeat each other.")
  var nearDuplicates = false
  @Flag(help: "Give status 1 if any record had to be skipped.") var strict = false

  func run() throws {
    let reporter = Reporter()
    let opened = try InputOptions.read(try dumps.someSources(paths), reporter, evidence)
    let report = EvidenceReport(opened)
    let runs = opened.experiment.runs.map { AttackAvailability($0) }
    let duplicates = nearDuplicates ? DuplicateList.lists(of: opened.experiment) : []
    switch format {
    case .text:
      let parts = AttackAvailability.text(runs) + duplicates.map(\.text)
      try ResultOutput.write(report.text + "\n" + parts.joined(separator: "\n"))
    case .json:
      // The report's own document, with a member or two more.
      let attacks = JSON.list(runs.map(\.json)).line
      let pairs =
        nearDuplicates
        ? ",\"near_duplicates\":\(JSON.list(duplicates.map(\.json)).line)" : ""
      let document = report.json.dropLast(2) + ",\"attacks\":\(attacks)\(pairs)}\n"
      try ResultOutput.write(String(document))
    }
    guard !strict || report.isClean else {
      let defects = opened.notes.defects
      throw CommandFailure(.verdict, "\(defects.total) records were skipped: \(defects.summary)")
    }
  }
}

/// Which attacks a run allows, and why not the others.
struct AttackAvailability {
  private let run: String
  /// The problem is nil where the attack can be computed.
  private let attacks: [(spelling: String, problem: Unavailable?)]

  init(_ source: Experiment.RunSource) {
    switch source {
    case .evidence(let table):
      run = table.run.name
      attacks = Scorer.availability(of: AttackCatalog.defaults, for: table)
        .map { ($0.attack.spelling, $0.problem) }
    case .scores(let table):
      run = table.run.name
      attacks = table.columns.map { ($0.attack, nil) }
    }
  }

  /// What runs allow, for people: those that allow and lack the same are named together.
  static func text(_ runs: [AttackAvailability]) -> [String] {
    Grouped(runs.map { ($0.run, $0.list + "\n" + $0.remedies) }).groups.map { names, text in
      let parts = text.split(separator: "\n", maxSplits: 1)
      return Figures.wrapped("Attacks for \(names.joined(separator: ", ")): \(parts[0])")
        + (parts.count > 1 ? parts[1] : "")
    }
  }

  /// The attacks that can be computed; a score file's column names are foreign texts.
  private var list: String {
    let possible = attacks.filter { $0.problem == nil }.map(\.spelling)
    return possible.isEmpty
      ? "none" : Sanitize.text(possible.joined(separator: ", "), escaping: .preview)
  }

  private var remedies: String {
    var text = ""
    // By what is missing, not by attack: one column often is all that several of them lack.
    let problems = attacks.compactMap(\.problem)
    var told: Set<String> = []
    for remedy in problems.flatMap(\.remedies) where told.insert(remedy).inserted {
      let names = problems.filter { $0.remedies.contains(remedy) }.map { problem in
        problem.attack + (problem.remedies.count > 1 ? "*" : "")
      }
      if told.count == 1 {
        text += "To compute more, supply (* marks attacks that need more than one of these):\n"
      }
      text += Figures.wrapped("\(remedy) [\(names.joined(separator: ", "))]", indent: 2)
    }
    return text
  }

  var json: JSON {
    .object([
      ("run", .string(run)),
      (
        "attacks",
        .list(
          attacks.map {
            .object([
              ("attack", .string($0.spelling)), ("available", .bool($0.problem == nil)),
              ("reason", .string($0.problem?.description)),
            ])
          })
      ),
    ])
  }
}
