import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the Runs screen remembers.
package struct RunsState: Sendable {
  /// Scroll and selection of the table; the selection follows the run looked at.
  package var table = TableState()
  /// What is said of the selected run below the table.
  package var summary: RunSummary?
  package var sort = RunSort.group
  package var direction = TableColumn.Sort.ascending
  /// Words that a run must all match to be listed.
  package var filter = ""
  /// What to return to when typing is given up.
  var filterBefore: String?
  var filterHistory: [String] = []
  /// Families that are one line.
  package var folded: Set<String> = []
  /// Runs marked to be compared, by name.
  package var marked: Set<String> = []

  package init() {}
}

enum RunsScreen: Screen {
  static func settle(_ state: inout AppState) -> [Effect] {
    let list = RunList(state)
    let layout = RunsLayout(state.bodyArea, rows: list.rows.count)
    state.runs.table.selected = list.row(of: state.run) ?? 0
    let page = RunsTable(state, list, width: layout.table.width).page(in: layout.table)
    state.runs.table.settle(rowCount: list.rows.count, page: page)
    if (0..<state.runs.table.selected).allSatisfy({ !list.isRun($0) }) {
      state.runs.table.top = 0
    }
    guard let analysis = state.analysis else {
      state.runs.summary = nil
      return []
    }
    let guards = state.guards[state.run]
    let attack = state.shownSpelling(in: analysis) ?? state.attack
    if state.runs.summary?.isOf(analysis, attack: attack, guards: guards) != true {
      state.runs.summary = RunSummary(analysis, attack: attack, guards: guards)
    }
    return []
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    if let move = TableState.Move(action) { return self.move(move, &state) }
    switch action {
    case .open: return open(&state)
    case .sort: sort(by: RunSort.allCases.after(state.runs.sort), &state)
    case .reverseSort:
      let isAscending = state.runs.direction == .ascending
      state.runs.direction = isAscending ? .descending : .ascending
      if state.runs.sort == .group {
        state.notice = Notice(.info, "Families have one order; s sorts by another column")
      }
    case .filter, .search:
      state.runs.filterBefore = state.runs.filter
      let text = state.runs.filter.isEmpty ? "" : state.runs.filter + " "
      state.prompt = OpenPrompt(
        .filter, input: PromptState(text, history: state.runs.filterHistory))
    case .clearFilters:
      state.runs.filter = ""
      state.runs.marked = []
    case .mark: return mark(&state)
    case .fold: return fold(&state)
    case .unfold:
      if state.runs.folded.isEmpty { state.notice = Notice(.info, "Nothing is folded") }
      state.runs.folded = []
    case .copy:
      state.notice = Notice(.success, "The run's figures are copied")
      return [.copy(RunsText.line(state))]
    default: break
    }
    return []
  }

  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] {
    guard let text else {
      state.runs.filter = state.runs.filterBefore ?? ""
      return []
    }
    if let problem = RunProperties.problem(text) {
      state.runs.filter = state.runs.filterBefore ?? ""
      if isFinal {
        state.notice = Notice(.warning, problem)
        state.prompt = OpenPrompt(
          .filter, input: PromptState(text, history: state.runs.filterHistory))
      }
      return []
    }
    state.runs.filter = text
    if isFinal, !text.isEmpty { state.runs.filterHistory.append(text) }
    return lookAtListed(&state)
  }

  /// The run looked at is one of those listed, if any is.
  @discardableResult
  private static func lookAtListed(_ state: inout AppState) -> [Effect] {
    let list = RunList(state)
    guard list.row(of: state.run) == nil, let first = list.runs.first else { return [] }
    return state.select(run: first)
  }

  static var filtered: NamedFilter.Subject? { .runs }

  static func use(filter text: String, _ state: inout AppState) -> String? {
    if let problem = RunProperties.problem(text) { return problem }
    state.runs.filter = text
    lookAtListed(&state)
    return nil
  }

  static func columns(_ state: AppState) -> [String] {
    RunsTable(state, RunList(state), width: ColumnChoice.widest).table.columns.map(\.name)
  }

  static func remember(_ state: AppState) -> ListMemory? {
    var list = ListMemory()
    list.sort = state.runs.sort.rawValue
    list.isDescending = state.runs.direction == .descending
    list.filter = state.runs.filter
    return list
  }

  static func resume(_ list: ListMemory, _ state: inout AppState) {
    if let sort = RunSort(rawValue: list.sort) {
      state.runs.sort = sort
      state.runs.direction = list.isDescending ? .descending : .ascending
    }
    if RunProperties.problem(list.filter) == nil { state.runs.filter = list.filter }
  }

  static func promptNote(_ state: AppState) -> String? {
    if let text = state.prompt?.input.text, let problem = RunProperties.problem(text) {
      return problem
    }
    return "\(RunList(state).runs.count) of \(state.analyses.count)"
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    let list = RunList(state)
    let layout = RunsLayout(area, rows: list.rows.count)
    let table = RunsTable(state, list, width: layout.table.width)
    switch table.gesture(mouse, in: layout.table) {
    case .move(let move): return self.move(move, &state)
    case .row(let row):
      guard let run = list.run(at: row) else { return fold(heading: row, list, &state) }
      return run == state.run ? open(&state) : state.select(run: run)
    case .header(let column):
      guard let sort = table.sort(column: column) else { return [] }
      if sort == state.runs.sort { return perform(.reverseSort, &state) }
      self.sort(by: sort, &state)
      return []
    case nil: return []
    }
  }

  /// Folds the family of the run looked at into one line; another that is listed becomes it.
  private static func fold(_ state: inout AppState) -> [Effect] {
    let list = RunList(state)
    let run = state.run
    guard let group = list.groups.first(where: { $0.runs.contains(run) && !$0.title.isEmpty })
    else {
      state.notice = Notice(.info, "Runs fold by family: s sorts by it, where there are several")
      return []
    }
    return fold(group, list, &state)
  }

  /// Folds or unfolds the family whose heading was clicked.
  private static func fold(
    heading row: Int, _ list: RunList, _ state: inout AppState
  ) -> [Effect] {
    guard list.rows.indices.contains(row), case .heading(let title, _) = list.rows[row],
      let group = list.groups.first(where: { $0.title == title })
    else { return [] }
    if state.runs.folded.remove(title) != nil { return [] }
    return fold(group, list, &state)
  }

  private static func fold(
    _ group: RunList.Group, _ list: RunList, _ state: inout AppState
  ) -> [Effect] {
    guard list.runs.contains(where: { !group.runs.contains($0) }) else {
      state.notice = Notice(.info, "One family stays open")
      return []
    }
    state.runs.folded.insert(group.title)
    state.notice = Notice(.info, "\(group.title) is folded; Z shows all again")
    return lookAtListed(&state)
  }

  private static func sort(by sort: RunSort, _ state: inout AppState) {
    state.runs.sort = sort
    state.runs.direction = sort.natural
  }

  /// Marks the run, or takes its mark away, and goes on to the next.
  private static func mark(_ state: inout AppState) -> [Effect] {
    guard let experiment = state.experiment else { return [] }
    let name = experiment.run(state.run).name
    state.runs.marked.toggle(name)
    let count = state.runs.marked.count
    let effects = move(.down, &state)
    state.notice = Notice(
      .info,
      count == 0
        ? "No run is marked"
        : "\(count) marked: ROC draws these alone, and Compare takes its partner from them")
    return effects
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) -> [Effect] {
    let list = RunList(state)
    guard !list.runs.isEmpty else { return [] }
    let layout = RunsLayout(state.bodyArea, rows: list.rows.count)
    let page = RunsTable(state, list, width: layout.table.width).page(in: layout.table)
    state.runs.table.move(
      move, rowCount: list.rows.count, page: page, selectable: list.isRun)
    return list.run(at: state.runs.table.selected).map { state.select(run: $0) } ?? []
  }

  private static func open(_ state: inout AppState) -> [Effect] {
    guard state.analysis != nil else {
      state.notice = Notice(.info, "This run is still being scored")
      return []
    }
    return state.show(.sequences)
  }

  static func list(_ state: AppState) -> ListContent? {
    guard let experiment = state.experiment else { return nil }
    var content = ListContent(
      columns: [
        "run", "method", "epoch", "validation_loss", "reference_validation_loss", "attack",
        "members", "non_members", "auc", "auc_lower", "auc_upper", "tpr_at_1", "tpr_at_1_lower",
        "tpr_at_1_upper", "resolution",
      ], rows: [])
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for index in RunList(state).runs {
      let run = experiment.run(index)
      let evaluation = state.evaluation(ofRun: index)
      let rate = evaluation?.points.first { $0.point.fpr == 0.01 }
      content.rows.append([
        run.name, run.method?.rawValue ?? "", text(run.epoch), text(run.validationLoss),
        text(run.referenceValidationLoss), state.analyses[index].flatMap(state.shownSpelling) ?? "",
        evaluation.map { "\($0.members)" } ?? "", evaluation.map { "\($0.nonMembers)" } ?? "",
        text(evaluation?.auc?.auc), text(evaluation?.auc?.interval.lower),
        text(evaluation?.auc?.interval.upper), text(rate?.point.tpr),
        text(rate?.interval?.lower), text(rate?.interval?.upper),
        rate?.point.resolution.rawValue ?? "",
      ])
    }
    return content
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let list = RunList(state)
    let layout = RunsLayout(area, rows: list.rows.count)
    drawStatus(state, list, in: layout.status, on: &frame)
    if list.runs.isEmpty {
      EmptyState(
        title: "No run passes the filter", why: state.runs.filter,
        actions: [.init("F", "show all runs"), .init("f", "change the filter")]
      ).draw(in: layout.table, on: &frame, glyphs: state.glyphs)
    } else {
      RunsTable(state, list, width: layout.table.width).draw(in: layout.table, on: &frame)
    }
    RunDetail(state).draw(in: layout.detail, on: &frame)
    drawFooter(state, in: layout.footer, on: &frame)
  }

  /// How many runs there are, in which order, and which of them.
  private static func drawStatus(
    _ state: AppState, _ list: RunList, in area: Rect, on frame: inout Frame
  ) {
    guard !area.isEmpty else { return }
    var chips = [StyledText("sort \(state.runs.sort.title)", .chip)]
    if !state.runs.filter.isEmpty { chips.append(StyledText(state.runs.filter, .chip)) }
    if !state.runs.marked.isEmpty {
      chips.append(StyledText("\(state.runs.marked.count) marked", .chip))
    }
    let total = NumberFormat.counted(state.analyses.count, "run")
    let counted = state.runs.filter.isEmpty ? total : "\(list.runs.count) of \(total)"
    StatusLine(chips: chips, right: [StyledText(counted, .textDim)])
      .draw(in: area.splitLeft(1).rest, on: &frame, glyphs: state.glyphs)
  }

  /// What the intervals speak about, and what the signs beside figures mean.
  private static func drawFooter(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let glyphs = state.glyphs
    let legend = [
      StyledText("~ weak", .statusWarning),
      StyledText(": under 10 expected false positives   ", .textDim),
      StyledText(FigureWords.cross(glyphs), .statusError), StyledText(": under 1 ", .textDim),
    ]
    let note = " 95% intervals are over sequences (one trained model)"
    let width = legend.reduce(0) { $0 + TextMeasure.width($1.text) }
    frame.putLine(note, in: area, style: Style(.textDim), glyphs: glyphs)
    guard area.width > width + TextMeasure.width(note) + 2 else { return }
    frame.putLine(legend, in: area, align: .right, glyphs: glyphs)
  }
}

/// Where the parts of the Runs screen lie.
struct RunsLayout {
  let status: Rect
  let table: Rect
  let detail: Rect
  let footer: Rect

  init(_ area: Rect, rows: Int) {
    let (status, below) = area.splitTop(area.height >= 12 ? 1 : 0)
    self.status = status
    let (body, footer) = below.splitBottom(area.height >= 10 ? 1 : 0)
    self.footer = footer
    let wanted = rows + 2
    // The table has what it needs as long as the figures below keep a third of the screen.
    let most = max(6, body.height * 2 / 3)
    let height = body.height < 14 ? body.height : min(wanted, most)
    (table, detail) = body.splitTop(height)
  }
}
