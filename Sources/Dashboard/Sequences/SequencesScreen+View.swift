import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SequencesScreen {
  /// Where the parts of the screen lie; parts without room are empty.
  struct Layout {
    let status: Rect
    let list: Rect
    /// The histogram and figures of the whole set.
    let panel: Rect
    /// The sequence under the cursor.
    let preview: Rect
    let page: Int

    init(_ area: Rect, _ order: RowOrder) {
      let (status, body) = area.splitTop(1)
      self.status = status
      let none = Rect(x: body.x, y: body.maxY, width: 0, height: 0)
      if body.width >= 180, body.height >= 24 {
        // Room for the text beside the list: both are read at once.
        let (left, right) = body.splitRight(body.width * 2 / 5)
        preview = right.splitLeft(1).rest
        (list, panel) = left.splitBottom(min(16, left.height / 3))
      } else {
        let height = body.height
        let below =
          height >= 30 ? min(14, height * 2 / 5) : height >= 20 ? 8 : height >= 14 ? 6 : 3
        let (list, lower) = body.splitBottom(height >= 9 ? below : 0)
        self.list = list
        let hasPanel = lower.width >= 76 && lower.height >= 6
        (preview, panel) = hasPanel ? lower.splitRight(lower.width * 45 / 100) : (lower, none)
      }
      let table = Table(columns: [], rowCount: order.count, cuts: order.cuts) { _ in .cells([]) }
      page = table.page(in: list)
    }
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let glyphs = state.glyphs
    guard let analysis = state.analysis else {
      drawScoring(state, in: area, on: &frame)
      return
    }
    guard !analysis.attacks.isEmpty else {
      drawUnscored(analysis, in: area, on: &frame, glyphs: glyphs)
      return
    }
    guard let order = state.sequences.order else {
      frame.putLine(
        "Sorting" + glyphs.pick("…", "..."), in: area.splitTop(area.height / 2).rest,
        style: Style(.textDim), align: .center, glyphs: glyphs)
      return
    }
    let layout = Layout(area, order)
    drawStatus(state, order, in: layout.status, on: &frame)
    if order.count == 0 {
      drawNoMatch(state, order, in: layout.list, on: &frame)
    } else {
      SequenceTable(state, order).table(in: layout.list)
        .draw(in: layout.list, on: &frame, state: state.sequences.list, glyphs: glyphs)
    }
    if !layout.preview.isEmpty {
      PreviewPane(state: state, order: order).draw(in: layout.preview, on: &frame)
    }
    guard !layout.panel.isEmpty else { return }
    ScorePanel(order: order, row: state.currentOrder == nil ? nil : state.row)
      .draw(in: layout.panel, on: &frame, glyphs: glyphs)
  }

  /// What is listed and in which order: always there, so that nothing shapes the list unseen.
  private static func drawStatus(
    _ state: AppState, _ order: RowOrder, in area: Rect, on frame: inout Frame
  ) {
    let all = NumberFormat.counted(order.total, "sequence")
    let counted =
      order.query.filter.isEmpty
      ? all : "\(NumberFormat.count(order.passing)) of \(all)"
    let found =
      order.query.search.isEmpty
      ? [] : [StyledText("\(NumberFormat.count(order.matches.count)) found  ", .accent)]
    StatusLine(
      chips: chips(state, order), message: message(state, order),
      right: found + state.triage.summary(state.glyphs) + [StyledText(counted, .textDim)]
    ).draw(in: area.splitLeft(1).rest, on: &frame, glyphs: state.glyphs)
  }

  private static func chips(_ state: AppState, _ order: RowOrder) -> [StyledText] {
    // What is asked for is said at once, also while a large list is still being sorted.
    let asked = state.sequences.requested?.query
    let query = asked ?? order.query
    let arrow =
      query.direction == .ascending
      ? state.glyphs.sortAscending.text : state.glyphs.sortDescending.text
    let waiting = asked == nil ? "" : " " + state.glyphs.ellipsis.text
    var chips = [StyledText("sort \(query.sort.title) \(arrow)\(waiting)", .chip)]
    if let substitute = order.analysis.attackIndex(state.attack) == nil ? order.query.attack : nil {
      chips.append(StyledText("by \(substitute): no \(state.attack) here", .chip))
    }
    chips += order.query.filter.terms.map { StyledText(state.redaction.condition($0), .chip) }
    if let discoveries = order.discoveries {
      let counts = "\(discoveries.namedCount) of \(discoveries.suspectCount) suspects named"
      chips.append(StyledText("FDR \(discoveries.rate.text): \(counts)", .chip))
    }
    if !order.query.search.isEmpty {
      chips.append(StyledText("/" + state.redaction.text(order.query.search), .chip))
    }
    if !state.sequences.picked.isEmpty {
      chips.append(StyledText("\(NumberFormat.count(state.sequences.picked.count)) picked", .chip))
    }
    return chips
  }

  private static func message(_ state: AppState, _ order: RowOrder) -> StyledText? {
    if let error = state.sequences.query.problem { return StyledText(error, .statusWarning) }
    if let problem = order.query.filter.problem(
      in: FilterContext(order.analysis, attack: order.attack))
    {
      let words = state.redaction == .off ? problem.message : problem.discreet
      return StyledText("the filter does not fit this run: " + words, .statusWarning)
    }
    if state.sequences.isWaiting {
      return StyledText("sorting" + state.glyphs.pick("…", "..."), .textDim)
    }
    if order.analysis.table == nil {
      return StyledText("scores only: this run has no texts", .textDim)
    }
    return nil
  }

  private static func drawScoring(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let name = state.experiment?.run(state.run).name ?? ""
    let (top, rest) = area.splitTop(area.height / 2)
    EmptyState(
      title: "Scoring \(name)", why: "Its sequences appear here as soon as they are scored.",
      actions: [.init("r", "look at another run")]
    ).draw(in: top, on: &frame, glyphs: state.glyphs)
    guard let progress = state.progress else { return }
    let row = rest.splitTop(1).rest.inset(
      horizontal: max(0, (area.width - 60) / 2), vertical: 0)
    Progress(
      label: progress.task, done: progress.done, total: progress.total, rate: progress.rate
    ).draw(in: row, on: &frame, glyphs: state.glyphs)
  }

  /// A run that no attack could score says why, attack by attack.
  private static func drawUnscored(
    _ analysis: RunAnalysis, in area: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let reasons = analysis.unavailable.map(\.description)
    EmptyState(
      title: "No scores for \(analysis.run.name)",
      why: reasons.isEmpty ? "The run holds no score column." : reasons.joined(separator: "\n"),
      actions: [.init("r", "look at another run")]
    ).draw(in: area, on: &frame, glyphs: glyphs)
  }

  private static func drawNoMatch(
    _ state: AppState, _ order: RowOrder, in area: Rect, on frame: inout Frame
  ) {
    let conditions = order.query.filter.terms.map { state.redaction.condition($0) }
    EmptyState(
      title: "No sequence passes the filter",
      why: conditions.joined(separator: " ")
        + "\nNone of \(NumberFormat.count(order.total)) sequences does.",
      actions: [.init("F", "show all sequences"), .init("f", "change the filter")]
    ).draw(in: area, on: &frame, glyphs: state.glyphs)
  }
}
