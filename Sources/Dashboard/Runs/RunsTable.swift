import Analysis
import Basics
import ScoringCore
import TerminalUI

/// Every run with its figures, one row each: the area as a dot and its interval on one axis.
struct RunsTable: ListTable {
  let table: Table
  let place: TableState
  let glyphs: GlyphSet
  private let columns: RunColumns

  init(_ state: AppState, _ list: RunList, width: Int) {
    var place = state.runs.table
    // A run that is not listed has no row to mark.
    if list.row(of: state.run) == nil { place.selected = -1 }
    (self.place, glyphs) = (place, state.glyphs)
    let columns = RunColumns(state, list, width: width)
    self.columns = columns
    var table = Table(columns: columns.specs, rowCount: list.rows.count) { row in
      switch list.rows[row] {
      case .heading(let title, nil): .section(title)
      case .heading(let title, let folded?):
        .section("\(state.glyphs.pick("▸", "[+]")) \(title)", note: folded)
      case .run(let run): .cells(columns.cells(run))
      }
    }
    table.show(columns.chosen)
    self.table = table
  }

  /// What a click on a column's title sorts by.
  func sort(column: Int) -> RunSort? { columns.sorts[column] }

  static let axisName = "AUC on an axis"
  static let fineRateName = "TPR@0.1%"

  static func epoch(_ value: Double) -> String {
    NumberFormat.plain((value * 100).rounded() / 100)
  }
}

/// The columns for a width, and what each says of a run.
private struct RunColumns {
  private let state: AppState
  private let glyphs: GlyphSet
  private let axis: AreaAxis?
  private let isWide: Bool
  private let hasModel: Bool
  /// The columns that somebody has chosen, by name; empty where the width decides.
  let chosen: [String]
  /// Whether any run has evidence at a FPR of 0.1 %.
  private let hasFineRate: Bool
  let specs: [TableColumn]
  /// What each column sorts by.
  let sorts: [Int: RunSort]

  init(_ state: AppState, _ list: RunList, width: Int) {
    self.state = state
    glyphs = state.glyphs
    isWide = width >= 112
    let chosen = state.columns[.runs] ?? []
    self.chosen = chosen
    let size =
      width >= 150
      ? 40 : width >= 112 ? 26 : width >= 78 || chosen.contains(RunsTable.axisName) ? 10 : 0
    axis = size > 0 ? AreaAxis(state, list, width: size) : nil
    hasFineRate =
      (width >= 132 || chosen.contains(RunsTable.fineRateName))
      && list.runs.contains { run in
        state.evaluation(ofRun: run)?.points.contains {
          $0.point.fpr == 0.001 && $0.point.resolution != .notResolvable
        } ?? false
      }
    let names = list.runs.map { TextMeasure.width(Self.name($0, state).map(\.text).joined()) }
    let name = min(34, max(8, names.max() ?? 8))
    var columns: [(spec: TableColumn, sort: RunSort?)] = [
      (TableColumn("run", .flex(min: min(name, width >= 78 ? 16 : 12), max: name)), .name),
      (TableColumn("method", .fixed(8)), nil),
      (
        TableColumn(
          width >= 100 ? "epoch" : "ep", .fixed(width >= 100 ? 5 : 2), name: "epoch", align: .right),
        .epoch
      ),
      (
        TableColumn(glyphs.pick("Δloss", "dloss"), .fixed(6), name: "loss", align: .right), .change
      ),
      (TableColumn("n", .fixed(5), align: .right), nil),
      (TableColumn("AUC", .fixed(5), align: .right), .area),
    ]
    if let axis {
      columns.append(
        (TableColumn(axis.title(glyphs), .fixed(size), name: RunsTable.axisName), .area))
    }
    columns.append(
      (
        TableColumn(
          isWide ? "TPR@1% [95%]" : "TPR@1%", .fixed(isWide ? 23 : 8), name: "TPR@1%"), .rate
      ))
    if hasFineRate {
      columns.append(
        (TableColumn("TPR@0.1% [95%]", .fixed(23), name: RunsTable.fineRateName, priority: 1), nil))
    }
    hasModel = width >= 112 || chosen.contains("model")
    if hasModel {
      columns.append((TableColumn("model", .flex(min: 8, max: 18), priority: 3), nil))
    }
    let axisTitle = axis?.title(state.glyphs)
    specs = columns.map { column in
      var spec = column.spec
      if column.sort == state.runs.sort, column.spec.title != axisTitle {
        spec.sort = state.runs.direction
        if case .fixed(let width) = spec.width {
          spec.width = .fixed(max(width, TextMeasure.width(spec.title) + 2))
        }
      }
      return spec
    }
    sorts = Dictionary(
      uniqueKeysWithValues: columns.enumerated().compactMap { place, column in
        column.sort.map { (place, $0) }
      })
  }

  /// The name, a sign where guards found something, and the attack shown where it is another.
  private static func name(_ run: Int, _ state: AppState) -> [StyledText] {
    guard let experiment = state.experiment else { return [] }
    let name = experiment.run(run).name
    var spans = [StyledText(name, .textStrong)]
    if state.runs.marked.contains(name) {
      spans.insert(StyledText(state.glyphs.pick("● ", "* "), .accent), at: 0)
    }
    if state.isDoubtful(run: run) { spans.append(StyledText(" !", .statusWarning)) }
    if let analysis = state.analyses[run], let other = state.substitute(in: analysis) {
      spans.append(StyledText(" by \(other)", .statusInfo))
    }
    return spans
  }

  func cells(_ run: Int) -> [TableCell] {
    guard let source = state.experiment?.run(run) else { return [] }
    let none = glyphs.pick("–", "-")
    var cells = [
      TableCell(Self.name(run, state)),
      TableCell(source.method?.rawValue ?? none, .text),
      TableCell(source.epoch.map(RunsTable.epoch) ?? none, .textDim),
      TableCell(change(source, none: none)),
    ]
    guard state.analyses[run] != nil else {
      cells += [TableCell("", .textDim), TableCell("", .textDim)]
      cells.append(TableCell("scoring" + glyphs.pick("…", "..."), .textDim))
      return cells
    }
    guard let evaluation = state.evaluation(ofRun: run) else {
      return cells + [TableCell(none, .textDim), TableCell(none, .textDim)]
    }
    cells += [
      TableCell(NumberFormat.compact(evaluation.members + evaluation.nonMembers), .textDim),
      TableCell(FigureWords.area(evaluation.auc, .short)),
    ]
    if let axis { cells.append(TableCell(axis.drawing(evaluation.auc, glyphs))) }
    cells.append(TableCell(rate(evaluation, 0.01)))
    if hasFineRate { cells.append(TableCell(rate(evaluation, 0.001))) }
    if hasModel { cells.append(TableCell(source.model ?? none, .textDim)) }
    return cells
  }

  private func rate(_ evaluation: AttackEvaluation, _ fpr: Double) -> [StyledText] {
    guard let rate = evaluation.points.first(where: { $0.point.fpr == fpr }) else {
      return [StyledText("-", .textDim)]
    }
    guard isWide else { return FigureWords.rate(rate, .short, glyphs: glyphs) }
    guard rate.point.resolution != .notResolvable else {
      return FigureWords.rate(rate, .medium, glyphs: glyphs)
    }
    var spans = [
      StyledText(FigureWords.padded(NumberFormat.percent(rate.point.tpr), 6), .textStrong),
      StyledText(" " + FigureWords.trailing(FigureWords.percents(rate.interval), 13), .textDim),
    ]
    if let mark = FigureWords.mark(rate.point.resolution, .short, glyphs: glyphs) {
      spans += [StyledText(" "), mark]
    }
    return spans
  }

  /// How far the validation loss lies from the reference's: what fine-tuning achieved.
  private func change(_ run: Run, none: String) -> [StyledText] {
    guard let loss = run.validationLoss, let base = run.referenceValidationLoss else {
      return [StyledText(none, .textDim)]
    }
    let isWorse = loss > base - 0.0005
    let text = NumberFormat.signed(loss - base, 3)
    return [StyledText(text, isWorse ? Role.statusWarning : Role.text)]
  }
}

/// One axis for the areas of all runs, from one half (or below) to one.
struct AreaAxis {
  private let width: Int
  private let lower: Double

  init(_ state: AppState, _ list: RunList, width: Int) {
    self.width = width
    let least =
      list.runs.compactMap { state.evaluation(ofRun: $0)?.auc?.interval.lower }.min() ?? 0.5
    lower = least >= 0.48 ? 0.45 : max(0, (least * 10).rounded(.down) / 10 - 0.05)
  }

  private func cell(_ value: Double) -> Int {
    let share = (min(max(value, lower), 1) - lower) / (1 - lower)
    return Int(saturating: (share * Double(width - 1)).rounded())
  }

  func title(_ glyphs: GlyphSet) -> String {
    var line = Array(repeating: glyphs.pick("─", "-"), count: width)
    let labels = [(0.5, "0.5"), (1.0, "1.0")]
    for (value, label) in labels {
      let start = min(max(0, cell(value) - 1), width - label.count)
      for (offset, character) in label.enumerated() { line[start + offset] = String(character) }
    }
    return line.joined()
  }

  /// The interval as a line, the area as a dot on it, one half as a mark.
  func drawing(_ estimate: AUCEstimate?, _ glyphs: GlyphSet) -> [StyledText] {
    let half = cell(0.5)
    let (from, to, dot) = (
      estimate.map { cell($0.interval.lower) } ?? -1,
      estimate.map { cell($0.interval.upper) } ?? -1,
      estimate.map { cell($0.auc) } ?? -1
    )
    return (0..<width).map { place in
      if place == dot { return StyledText(glyphs.pick("●", "O"), .textStrong) }
      if place >= from, place <= to, from >= 0 {
        return StyledText(glyphs.pick("─", "-"), Role.text)
      }
      return place == half
        ? StyledText(glyphs.pick("┊", ":"), Role.plotChance) : StyledText(" ", Role.text)
    }
  }
}

extension AppState {
  /// The figures of the attack shown for a run.
  func evaluation(ofRun run: Int) -> AttackEvaluation? {
    guard analyses.indices.contains(run), let analysis = analyses[run],
      let shown = shownAttack(in: analysis)
    else { return nil }
    return analysis.attacks[shown].evaluation
  }

  /// Whether guards found something that the figures beside the name do not show themselves.
  func isDoubtful(run: Int) -> Bool {
    guard guards.indices.contains(run) else { return false }
    let shown = analyses[run].flatMap(shownSpelling) ?? attack
    return (guards[run] ?? []).tripped.contains {
      $0.kind != .tooFewNonMembers && ($0.attacks.isEmpty || $0.attacks.contains(shown))
    }
  }
}

/// A run's figures as text, for the clipboard.
enum RunsText {
  static func line(_ state: AppState) -> String {
    guard let experiment = state.experiment, experiment.runs.indices.contains(state.run) else {
      return ""
    }
    let run = experiment.run(state.run)
    var parts = [Sanitize.text(run.name)]
    if let loss = run.validationLoss {
      parts.append("validation loss \(NumberFormat.fixed(loss, 3))")
    }
    guard let analysis = state.analysis, let index = state.shownAttack(in: analysis) else {
      return parts.joined(separator: "  ")
    }
    let evaluation = analysis.attacks[index].evaluation
    parts.append(Sanitize.text(analysis.attacks[index].spelling))
    if let auc = evaluation.auc {
      parts.append(
        "AUC \(NumberFormat.fixed(auc.auc, 3)) "
          + NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3))
    }
    for rate in evaluation.points {
      parts.append(
        "TPR@\(NumberFormat.rate(rate.point.fpr)) \(NumberFormat.percent(rate.point.tpr)) "
          + FigureWords.percents(rate.interval) + " "
          + rate.point.resolution.rawValue)
    }
    return parts.joined(separator: "  ")
  }
}
