import Analysis
import Basics
import ScoringCore
import TerminalUI

/// All runs in one table, and what is said of several of them said once.
struct EvaluationOverview {
  let report: EvaluationReport
  private let settings: EvaluationReport.Settings

  /// More rows than this are not read: each run then has one, by its first attack.
  private static let mostRows = 60

  init(_ report: EvaluationReport) {
    self.report = report
    settings = report.settings
  }

  /// The table alone.
  var tableText: String {
    tables.map { $0.text(widestFirst: ReportSection.widestFirst) + "\n" }.joined()
  }

  var text: String {
    var text = tableText
    for line in remarks { text += FigureText.wrapped(line) }
    for run in report.runs {
      let sections = run.sections(settings)
      guard !sections.isEmpty else { continue }
      text += "\n" + FigureText.wrapped(run.run.name) + sections.map { $0.text }.joined()
    }
    return text + FigureText.wrapped(details) + "\n"
  }

  /// The figures of a run by an attack.
  private typealias Row = (run: RunReport, attack: AttackAnalysis)

  private var isWhole: Bool { report.runs.reduce(0) { $0 + $1.attacks.count } <= Self.mostRows }

  private var rows: [Row] {
    report.runs.flatMap { run in
      run.attacks.prefix(isWhole ? run.attacks.count : 1).map { (run, $0) }
    }
  }

  private var tables: [AlignedTable] {
    let rows = rows
    guard !rows.isEmpty else { return [] }
    // One attack for all is said by the heading of its column as well as by every row.
    let spellings = Set(rows.map(\.attack.spelling))
    return RunReport.tables(RunReport.columns(settings)) { columns in
      var table = AlignedTable(
        ["run", ">epoch", ">n"] + (spellings.count > 1 ? ["attack"] : [])
          + columns.map(\.title))
      for (run, attack) in rows {
        table.add(
          [
            run.run.name, run.run.epoch.map { NumberFormat.plain($0) } ?? "-",
            NumberFormat.count(run.members + run.nonMembers),
          ]
            + (spellings.count > 1 ? [attack.spelling] : [])
            + columns.map { $0.cell(attack.evaluation) })
      }
      return table
    }
  }

  /// What must stand beside the figures, with the runs it is said of.
  private var remarks: [String] {
    let spellings = Set(rows.map(\.attack.spelling))
    var lines: [String] = []
    if spellings.count == 1, let attack = spellings.first { lines.append("By \(attack).") }
    let said = NamesByText(
      report.runs.flatMap { run in
        ([run.population + "."] + run.sharedRemarks).map { (run.run.name, $0) }
      })
    return lines
      + said.groups.map { names, sentence in "\(whose(names)): \(sentence)" }
  }

  private func whose(_ names: [String]) -> String {
    let (all, most) = (report.runs.count, 6)
    if names.count == all { return all == 2 ? "Both runs" : "All \(all) runs" }
    guard names.count > most else { return names.joined(separator: ", ") }
    return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
  }

  private var details: String {
    let rest =
      isWhole ? "" : "Each run stands here by the first attack that it has scores of. "
    return rest + "--details has a table of every run with all attacks and edge cases."
  }
}
