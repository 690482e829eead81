import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the ROC screen remembers.
package struct ROCState: Sendable {
  /// What the curves are of.
  package enum Source: Hashable, Sendable {
    /// The current run's attacks.
    case attacks
    /// All runs under the current attack.
    case runs
  }

  package var source = Source.attacks
  package var isLogarithmic = true
  /// Whether the selected curve has its confidence band.
  package var hasBand = true
  /// Curves switched off, by name: attacks and runs apart, so that each list keeps its own.
  package var hiddenAttacks = ROCState.hiddenAtFirst
  /// The runs whose curves are drawn once some were switched on or off; nil leaves it to the program.
  package var chosenRuns: Set<String>?
  /// Twenty curves at once tell nothing apart: the best known ones are drawn, the others on demand.
  private static let hiddenAtFirst = Set(AttackCatalog.defaults.map(\.spelling)).subtracting([
    "ez", "soft-ez", "loss", "ref-diff", "ref-ratio", "zlib", "min-k:k=20", "min-k++:k=20", "wbc",
  ])
  /// Where the cursor stands, as an FPR: the same place on whichever curve is selected.
  package var cursorFPR = 0.01
  package var table = TableState()
  package var band: BandSketch?

  package init() {}
}

enum ROCScreen: Screen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func settle(_ state: inout AppState) -> [Effect] {
    let curves = ROCCurves(state)
    let layout = ROCLayout(state.bodyArea, rows: curves.list.count)
    state.roc.table.selected = curves.selected ?? 0
    state.roc.table.settle(rowCount: curves.list.count, page: layout.page)
    guard state.roc.hasBand, let curve = curves.current, let analysis = curve.analysis,
      let attack = curve.attack
    else { return [] }
    if state.roc.band?.isOf(analysis, attack: attack) != true {
      state.roc.band = BandSketch(analysis, attack: attack)
    }
    return []
  }

  static func isWaiting(for action: Action, _ state: AppState) -> Bool {
    state.analysis == nil && state.roc.source == .attacks
      && [.up, .down, .left, .right, .halfPageUp, .halfPageDown, .toggleCurve, .open, .copy]
        .contains(action)
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    switch action {
    case .up: return choose(step: -1, &state)
    case .down: return choose(step: 1, &state)
    case .left: moveCursor(by: -1, &state)
    case .right: moveCursor(by: 1, &state)
    case .halfPageUp: moveCursor(by: -10, &state)
    case .halfPageDown: moveCursor(by: 10, &state)
    case .pageUp: jump(isForward: false, &state)
    case .pageDown: jump(isForward: true, &state)
    case .first: state.roc.cursorFPR = 0
    case .last: state.roc.cursorFPR = 1
    case .toggleCurve: toggle(&state)
    case .toggleLogAxes: state.roc.isLogarithmic.toggle()
    case .toggleBand: state.roc.hasBand.toggle()
    case .toggleCurveSource: state.roc.source = state.roc.source == .attacks ? .runs : .attacks
    case .open: return state.analysis == nil ? [] : state.show(.sequences)
    case .copy: return copy(&state)
    default: break
    }
    return []
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    let curves = ROCCurves(state)
    let layout = ROCLayout(area, rows: curves.list.count)
    switch mouse.kind {
    case .wheel(.up) where layout.table.contains(mouse.point): return choose(step: -1, &state)
    case .wheel(.down) where layout.table.contains(mouse.point): return choose(step: 1, &state)
    case .wheel(.up): moveCursor(by: -1, &state)
    case .wheel(.down): moveCursor(by: 1, &state)
    case .press(.left), .drag(.left):
      if layout.plot.contains(mouse.point) {
        let axes = ROCPlot.axes(state, curves)
        let inner = axes.inner(of: layout.plot, glyphs: state.glyphs)
        if let values = axes.values(at: mouse.point, in: inner) {
          state.roc.cursorFPR = min(max(0, values.x), 1)
        }
        return []
      }
      let gesture = ROCTable(state, curves, isBeside: layout.isBeside)
        .gesture(mouse, in: layout.table)
      guard case .row(let row) = gesture, curves.list.indices.contains(row) else { return [] }
      return choose(row, curves, &state)
    default: break
    }
    return []
  }

  private static func choose(step: Int, _ state: inout AppState) -> [Effect] {
    let curves = ROCCurves(state)
    guard !curves.list.isEmpty else { return [] }
    let next = min(max(0, (curves.selected ?? 0) + step), curves.list.count - 1)
    return choose(next, curves, &state)
  }

  private static func choose(
    _ row: Int, _ curves: ROCCurves, _ state: inout AppState
  ) -> [Effect] {
    let curve = curves.list[row]
    switch state.roc.source {
    case .attacks:
      state.attack = curve.name
      return []
    case .runs: return state.select(run: curve.run)
    }
  }

  private static func toggle(_ state: inout AppState) {
    guard let curve = ROCCurves(state).current else { return }
    guard state.roc.source == .runs else {
      return state.roc.hiddenAttacks.toggle(curve.name)
    }
    var shown = state.shownRuns
    shown.toggle(curve.name)
    state.roc.chosenRuns = shown
  }

  /// Moves to the next vertex that the plot can tell from this one, `steps` columns away or more.
  private static func moveCursor(by steps: Int, _ state: inout AppState) {
    let curves = ROCCurves(state)
    guard let roc = curves.current?.roc else { return }
    let axes = ROCPlot.axes(state, curves)
    let layout = ROCLayout(state.bodyArea, rows: curves.list.count)
    let width = max(2, axes.inner(of: layout.plot, glyphs: state.glyphs).width)
    let here = roc.lastVertex(atMost: state.roc.cursorFPR)
    let place = axes.x.clamped(roc[here].fpr) ?? 0
    let column = Int(saturating: (place * Double(width - 1)).rounded())
    let isForward = steps > 0
    var next = column + steps
    while next >= 0, next < width {
      let edge = axes.x.value(at: (Double(next) + 0.5) / Double(width - 1))
      let vertex = roc.lastVertex(atMost: edge)
      if isForward ? vertex > here : vertex < here {
        state.roc.cursorFPR = roc[vertex].fpr
        return
      }
      next += isForward ? 1 : -1
    }
    state.roc.cursorFPR = isForward ? 1 : 0
  }

  /// Jumps between the rates people report.
  private static func jump(isForward: Bool, _ state: inout AppState) {
    let marks = [0, 0.001, 0.01, 0.05, 0.1, 0.5, 1]
    let here = state.roc.cursorFPR
    let next = isForward ? marks.first { $0 > here } : marks.last { $0 < here }
    if let next { state.roc.cursorFPR = next }
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    let curves = ROCCurves(state)
    guard let curve = curves.current, let readout = ROCReadout(curve, state) else { return [] }
    state.notice = Notice(.success, "What the cursor reads is copied")
    return [.copy(readout.text)]
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let curves = ROCCurves(state)
    let layout = ROCLayout(area, rows: curves.list.count)
    guard curves.list.contains(where: { $0.roc != nil }) else {
      drawEmpty(state, curves, in: area, on: &frame)
      return
    }
    ROCPlot.draw(
      state, curves, in: layout.plot, on: &frame, hasReadout: layout.readout.height == 0)
    ROCTable(state, curves, isBeside: layout.isBeside).draw(in: layout.table, on: &frame)
    guard let curve = curves.current else { return }
    guard let readout = ROCReadout(curve, state) else {
      let why = curve.problem ?? "no curve without members and non-members"
      frame.putLine(why, in: layout.readout, style: Style(.textDim), glyphs: state.glyphs)
      return
    }
    readout.draw(in: layout.readout, on: &frame, isPanel: layout.isBeside, glyphs: state.glyphs)
  }

  private static func drawEmpty(
    _ state: AppState, _ curves: ROCCurves, in area: Rect, on frame: inout Frame
  ) {
    let isScoring = state.analyses.contains { $0 == nil }
    let why =
      isScoring
      ? "The run is still being scored; its curves come as soon as it is."
      : "A ROC curve needs known members and known non-members, and this run lacks one of them."
    EmptyState(
      title: "No curves", why: why,
      actions: [.init("r", "the next run"), .init("v", "curves of all runs")]
    ).draw(in: area, on: &frame, glyphs: state.glyphs)
  }
}

/// Where the parts of the ROC screen lie: beside each other on wide screens, else below.
struct ROCLayout {
  let plot: Rect
  let table: Rect
  let readout: Rect
  let isBeside: Bool

  init(_ area: Rect, rows: Int) {
    isBeside = area.width >= 150
    if isBeside {
      let (left, right) = area.splitRight(ROCTable.width(beside: area.width))
      plot = left
      let (table, below) = right.splitLeft(1).rest.splitTop(min(rows + 2, area.height * 2 / 3))
      self.table = table
      readout = below.splitTop(1).rest.inset(horizontal: 1, vertical: 0)
      return
    }
    let lines = area.height >= 30 ? 3 : area.height >= 16 ? 2 : area.height >= 12 ? 1 : 0
    let wanted = rows + (area.height >= 24 ? 2 : 1)
    let height = area.height < 10 ? 0 : min(wanted, max(3, area.height * 38 / 100))
    let (upper, table) = area.splitBottom(height)
    self.table = table
    let (plot, readout) = upper.splitBottom(lines)
    self.plot = plot
    self.readout = readout.inset(horizontal: 1, vertical: 0)
  }

  /// The rows of the table on screen.
  var page: Int { max(1, table.height - (table.height >= 4 ? 2 : 1)) }
}
