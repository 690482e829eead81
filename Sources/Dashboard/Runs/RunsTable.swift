import Analysis
import Basics
import ScoringCore
import TerminalUI

/// Every run with its figures under the current attack, one row each.
struct RunsTable {
  private let state: AppState
  private let groups: RunGroups
  private let table: Table

  init(_ state: AppState, _ groups: RunGroups) {
    self.state = state
    self.groups = groups
    let detail = Self.detail(width: state.bodyArea.width)
    let look = state.look
    table = Table(
      columns: Self.columns(detail, names: Self.nameWidth(state)), rowCount: groups.rows.count
    ) { row in
      switch groups.rows[row] {
      case .heading(let title): .section(title)
      case .run(let run): .cells(Self.cells(state, run, detail, look))
      }
    }
  }

  func page(in area: Rect) -> Int { table.page(in: area) }

  func hit(_ point: Point, in area: Rect) -> Table.Hit? {
    table.hit(point, in: area, state: state.runs.table)
  }

  func draw(in area: Rect, on frame: inout Frame) {
    table.draw(in: area, on: &frame, state: state.runs.table, look: state.look)
  }

  private static func detail(width: Int) -> Figures.Detail {
    width >= 112 ? .full : width >= 70 ? .medium : .short
  }

  private static func nameWidth(_ state: AppState) -> Int {
    guard let experiment = state.experiment else { return 8 }
    let names = experiment.runs.indices.map {
      TextMeasure.width(experiment.run($0).name) + (isDoubtful(state, $0) ? 2 : 0)
    }
    return min(28, max(8, names.max() ?? 8))
  }

  private static func columns(_ detail: Figures.Detail, names: Int) -> [TableColumn] {
    let rate = Figures.rateWidth(detail)
    let area = Figures.areaWidth(detail)
    return [
      TableColumn("run", .flex(min: min(names, detail == .full ? 28 : 14), max: names)),
      TableColumn("method", .fixed(10), priority: 5),
      TableColumn("model", .flex(min: 10, max: 18), priority: 9),
      TableColumn("size", .fixed(6), align: .right, priority: 8),
      TableColumn("epoch", .fixed(5), align: .right, priority: 7),
      detail == .full
        ? TableColumn("val. loss, change", .fixed(17), align: .right, priority: 4)
        : TableColumn("vs base", .fixed(7), align: .right, priority: 4),
      TableColumn(detail == .short ? "AUC" : "AUC [95%]", .fixed(area), priority: 1),
      TableColumn(rateTitle(0.01, detail), .fixed(rate), priority: 0),
      TableColumn(rateTitle(0.001, detail), .fixed(rate), priority: 2),
      TableColumn("members+non", .fixed(13), align: .right, priority: 6),
    ]
  }

  private static func rateTitle(_ fpr: Double, _ detail: Figures.Detail) -> String {
    let name = NumberFormat.rate(fpr)
    return detail == .full ? " TPR at \(name) FPR [95%]" : "TPR@\(name)"
  }

  private static func cells(
    _ state: AppState, _ run: Int, _ detail: Figures.Detail, _ look: Look
  ) -> [TableCell] {
    guard let source = state.experiment?.run(run) else { return [] }
    return known(source, isDoubtful: isDoubtful(state, run), detail, look)
      + figures(state, run, detail, look)
  }

  /// Whether guards found something that the figures beside the name do not show themselves.
  private static func isDoubtful(_ state: AppState, _ run: Int) -> Bool {
    guard state.guards.indices.contains(run) else { return false }
    return (state.guards[run] ?? []).tripped.contains {
      $0.kind != .tooFewNonMembers && ($0.attacks.isEmpty || $0.attacks.contains(state.attack))
    }
  }

  /// What is known before anything is scored.
  private static func known(
    _ run: Run, isDoubtful: Bool, _ detail: Figures.Detail, _ look: Look
  ) -> [TableCell] {
    let none = look.pick("–", "-")
    let mark = isDoubtful ? [StyledText(" !", .statusWarning)] : []
    return [
      TableCell([StyledText(run.name, .textStrong)] + mark),
      TableCell(run.method?.rawValue ?? none, .text),
      TableCell(run.model ?? none, .textDim),
      TableCell(run.parameters.map(NumberFormat.compact) ?? none, .textDim),
      TableCell(run.epoch.map(epoch) ?? none, .textDim),
      TableCell(detail == .full ? loss(run, none: none) : change(run, none: none)),
    ]
  }

  static func epoch(_ value: Double) -> String {
    NumberFormat.plain((value * 100).rounded() / 100)
  }

  /// The loss and how far it lies from the reference's: what fine-tuning achieved.
  static func loss(_ run: Run, none: String) -> [StyledText] {
    guard let loss = run.validationLoss else { return [StyledText(none, .textDim)] }
    let value = StyledText(NumberFormat.fixed(loss, 3))
    return [value, StyledText("  ")] + change(run, none: Figures.padded(none, 6))
  }

  private static func change(_ run: Run, none: String) -> [StyledText] {
    guard let loss = run.validationLoss, let base = run.referenceValidationLoss else {
      return [StyledText(none, .textDim)]
    }
    let isWorse = loss > base - 0.0005
    let text = Figures.padded(NumberFormat.signed(loss - base, 3), 6)
    return [StyledText(text, isWorse ? Role.statusWarning : Role.textDim)]
  }

  private static func figures(
    _ state: AppState, _ run: Int, _ detail: Figures.Detail, _ look: Look
  ) -> [TableCell] {
    guard let analysis = state.analyses[run] else {
      let waiting = TableCell(look.pick("·", "."), .textDim)
      return [TableCell("scoring" + look.pick("…", "..."), .textDim), waiting, waiting, waiting]
    }
    guard let index = analysis.attackIndex(state.attack) else {
      return [TableCell("no \(state.attack)", .textDim)]
        + Array(repeating: TableCell("-", .textDim), count: 3)
    }
    let evaluation = analysis.attacks[index].evaluation
    func rate(_ fpr: Double) -> TableCell {
      TableCell(
        Figures.rate(evaluation.points.first { $0.point.fpr == fpr }, detail, look: look))
    }
    let members = NumberFormat.count(evaluation.members)
    let counts = members + "+" + NumberFormat.count(evaluation.nonMembers)
    return [
      TableCell(Figures.area(evaluation.auc, detail)), rate(0.01), rate(0.001),
      TableCell(counts, .textDim),
    ]
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
    guard let analysis = state.analysis, let index = analysis.attackIndex(state.attack) else {
      return parts.joined(separator: "  ")
    }
    let evaluation = analysis.attacks[index].evaluation
    parts.append(Sanitize.text(state.attack))
    if let auc = evaluation.auc {
      parts.append(
        "AUC \(NumberFormat.fixed(auc.auc, 3)) "
          + NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3))
    }
    for rate in evaluation.points {
      parts.append(
        "TPR@\(NumberFormat.rate(rate.point.fpr)) \(NumberFormat.percent(rate.point.tpr)) "
          + Figures.percents(rate.interval) + " "
          + rate.point.resolution.rawValue)
    }
    return parts.joined(separator: "  ")
  }
}
