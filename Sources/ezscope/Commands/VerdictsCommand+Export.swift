import Analysis
import ArgumentParser
import Basics
import EvidenceIO
import ScoringCore
import TriageStore

extension VerdictsCommand {
  /// `verdicts export`: everything decided so far, in the order of ids.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write verdicts and notes as CSV (safe in spreadsheets) or JSON lines.")

    @Argument(help: "The experiment folder or evidence files; - is standard input.")
    var paths: [String] = []
    @OptionGroup var dumps: DumpOptions
    @Option(help: "csv or jsonl; by default what the output's name says, or else csv.")
    var format: VerdictFiles.Format?
    @Option(
      help: """
        Further columns, commas between: score, p (calibrated), attack, run, leak (log2 of the draws \
        that bring the cheapest leaked span).
        """)
    var with: String?
    @Option(name: .customLong("run"), help: "The run that they are of; by default the first.")
    var figuresOf: String?
    @Option(help: "The attack that they are of, or auto.") var attack = AttackRequest.automatic
    @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
    var output = "-"

    func validate() throws {
      guard !attack.contains(",") else { throw ValidationError("--attack: give one attack") }
      _ = try further
    }

    private var further: [VerdictDetail] {
      get throws {
        try (with ?? "").split(separator: ",").map { word in
          let name = word.filter { $0 != " " }
          guard let detail = VerdictDetail(rawValue: name) else {
            let all = VerdictDetail.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--with: '\(name)' is no column; give any of \(all)")
          }
          return detail
        }
      }
    }

    func run() throws {
      let wanted = try further
      let console = Console()
      let judged = try JudgedFiles(try dumps.someSources(paths), console)
      let entries = try judged.entries()
      let records = entries.values.map { VerdictRecord($0) }.sorted { $0.id < $1.id }
      let format = VerdictsCommand.format(format, file: output) ?? .csv
      let columns =
        wanted.isEmpty
        ? []
        : try VerdictDetail.columns(
          wanted, of: judged.runs, run: figuresOf, attack: attack, console: console)
      try ResultOutput.write(
        VerdictFiles.write(records, as: format, with: columns), to: output, .texts)
      let count = NumberFormat.counted(records.count, "sequence")
      console.note("verdicts and notes on \(count) written")
      console.suggest(
        Suggestion(
          words: ["report"], ending: ["-o", "audit.html"], why: "to hand them in with the figures"),
        of: paths, isText: output != "-")
    }
  }
}

/// What figures say of a sequence that somebody judged.
enum VerdictDetail: String, CaseIterable {
  case score, p, attack, run, leak

  /// The columns of a run's figures, by the ids of its sequences.
  static func columns(
    _ wanted: [VerdictDetail], of runs: [RunInput], run: String?, attack: String,
    console: Console
  ) throws(CommandError) -> [VerdictFiles.FurtherColumn] {
    let picked = try InputOptions.pick([run].compactMap { $0 }, from: runs).prefix(1)
    let request = try AttackRequest(attack).resolved(for: Array(picked))
    guard let input = picked.first else { throw .usage("there are no runs") }
    var options = EvaluationOptions()
    options.replicates = 0
    let analysis = try input.analysis(
      request, population: .primary, options: options, texts: TextGuards(), console: console)
    let leaks = wanted.contains(.leak) ? RunLeaks(input, settings: .init()) : nil
    return wanted.map { detail in
      VerdictFiles.FurtherColumn(
        name: detail.rawValue, values: values(detail, analysis, leaks, input))
    }
  }

  private static func values(
    _ detail: VerdictDetail, _ analysis: RunAnalysis, _ leaks: RunLeaks?, _ input: RunInput
  ) -> [String: String] {
    if detail == .leak {
      let cheapest = (leaks?.spans ?? []).map { (input.ids[$0.sequence], $0.log2Draws) }
      return Dictionary(cheapest) { min($0, $1) }.mapValues { NumberFormat.plain($0) }
    }
    guard let figures = analysis.attacks.first else { return [:] }
    let ids = analysis.scores.ids
    return Dictionary(
      (0..<ids.count).map { row in
        let text: String =
          switch detail {
          case .attack: figures.spelling
          case .run: analysis.run.name
          case .p: figures.pValues.isEmpty ? "" : figures.pValues[row].description
          case .score: ScoresCSVWriter.text(figures.evaluation.ranking.score(ofRow: row))
          case .leak: ""
          }
        return (ids[row], text)
      }
    ) { first, _ in first }
  }
}
