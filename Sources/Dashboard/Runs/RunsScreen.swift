import Analysis
import ScoringCore
import TerminalUI

/// What the Runs screen remembers.
package struct RunsState: Sendable {
  /// Scroll and selection of the table; the selection follows the run looked at.
  package var table = TableState()
  /// What is said of the selected run below the table.
  package var summary: RunSummary?

  package init() {}
}

enum RunsScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] {
    guard let experiment = state.experiment else { return [] }
    let groups = RunGroups(experiment)
    let table = RunsTable(state, groups)
    state.runs.table.selected = groups.row(of: state.run) ?? 0
    let page = table.page(in: RunsLayout(state.bodyArea, rows: groups.rows.count).table)
    state.runs.table.settle(rowCount: groups.rows.count, page: page)
    if (0..<state.runs.table.selected).allSatisfy({ !groups.isRun($0) }) {
      state.runs.table.top = 0
    }
    guard let analysis = state.analysis else {
      state.runs.summary = nil
      return []
    }
    let guards = state.guards[state.run]
    if state.runs.summary?.isOf(analysis, attack: state.attack, guards: guards) != true {
      state.runs.summary = RunSummary(analysis, attack: state.attack, guards: guards)
    }
    return []
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    switch action {
    case .up: return move(.up, &state)
    case .down: return move(.down, &state)
    case .pageUp: return move(.pageUp, &state)
    case .pageDown: return move(.pageDown, &state)
    case .halfPageUp: return move(.halfPageUp, &state)
    case .halfPageDown: return move(.halfPageDown, &state)
    case .first: return move(.home, &state)
    case .last: return move(.end, &state)
    case .open: return open(&state)
    case .copy:
      state.notice = Notice(.success, "The run's figures are copied")
      return [.copy(RunsText.line(state))]
    default: return []
    }
  }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let experiment = state.experiment else { return [] }
    let groups = RunGroups(experiment)
    let layout = RunsLayout(area, rows: groups.rows.count)
    guard layout.table.contains(mouse.point) else { return [] }
    switch mouse.kind {
    case .wheel(.up): return move(.scroll(-3), &state)
    case .wheel(.down): return move(.scroll(3), &state)
    case .press(.left):
      let hit = RunsTable(state, groups).hit(mouse.point, in: layout.table)
      switch hit {
      case .row(let row, _):
        guard let run = groups.run(at: row) else { return [] }
        return run == state.run ? open(&state) : state.select(run: run)
      case .scrollbar(let first):
        return move(.to(first), &state)
      case .header, nil: return []
      }
    default: return []
    }
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) -> [Effect] {
    guard let experiment = state.experiment else { return [] }
    let groups = RunGroups(experiment)
    let layout = RunsLayout(state.bodyArea, rows: groups.rows.count)
    let page = RunsTable(state, groups).page(in: layout.table)
    state.runs.table.move(
      move, rowCount: groups.rows.count, page: page, selectable: groups.isRun)
    return groups.run(at: state.runs.table.selected).map { state.select(run: $0) } ?? []
  }

  private static func open(_ state: inout AppState) -> [Effect] {
    guard state.analysis != nil else {
      state.notice = Notice(.info, "This run is still being scored")
      return []
    }
    return state.show(.sequences)
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let experiment = state.experiment else { return }
    let groups = RunGroups(experiment)
    let layout = RunsLayout(area, rows: groups.rows.count)
    RunsTable(state, groups).draw(in: layout.table, on: &frame)
    RunDetail(state).draw(in: layout.detail, on: &frame)
    drawFooter(state, in: layout.footer, on: &frame)
  }

  /// What the intervals speak about, and what the signs beside figures mean.
  private static func drawFooter(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let look = state.look
    let legend = [
      StyledText("~ weak", .statusWarning),
      StyledText(": under 10 expected false positives   ", .textDim),
      StyledText(Figures.cross(look), .statusError), StyledText(": under 1 ", .textDim),
    ]
    let note = " 95% intervals are over sequences (one trained model)"
    let width = legend.reduce(0) { $0 + TextMeasure.width($1.text) }
    frame.putLine(note, in: area, style: Style(.textDim), look: look)
    guard area.width > width + TextMeasure.width(note) + 2 else { return }
    frame.putLine(legend, in: area, align: .right, look: look)
  }
}

/// Where the parts of the Runs screen lie.
struct RunsLayout {
  let table: Rect
  let detail: Rect
  let footer: Rect

  init(_ area: Rect, rows: Int) {
    let (body, footer) = area.splitBottom(area.height >= 10 ? 1 : 0)
    self.footer = footer
    let wanted = rows + 2
    // The table has what it needs as long as the figures below keep a third of the screen.
    let most = max(6, body.height * 2 / 3)
    let height = body.height < 14 ? body.height : min(wanted, most)
    (table, detail) = body.splitTop(height)
  }
}
