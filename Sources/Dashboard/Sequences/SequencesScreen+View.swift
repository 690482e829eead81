import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SequencesScreen {
  /// Where the parts of the screen lie.
  struct Layout {
    let status: Rect
    let list: Rect
    /// The histogram and figures; empty where there is no room.
    let panel: Rect
    /// Whether the panel stands beside the list rather than below it.
    let isBeside: Bool
    let page: Int

    init(_ area: Rect, _ order: RowOrder, look: Look) {
      let (status, body) = area.splitTop(1)
      self.status = status
      isBeside = area.width >= 112 && body.height >= 16
      if isBeside {
        (list, panel) = body.splitRight(min(54, max(38, area.width * 3 / 10)))
      } else if body.height >= 17 {
        (list, panel) = body.splitBottom(min(11, body.height * 2 / 5))
      } else {
        (list, panel) = (body, body.splitBottom(0).bottom)
      }
      let table = Table(columns: [], rowCount: order.count, cut: order.tableCut) { _ in
        .cells([])
      }
      page = table.page(in: list)
    }
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let look = state.look
    guard let analysis = state.analysis else {
      drawScoring(state, in: area, on: &frame)
      return
    }
    guard !analysis.attacks.isEmpty else {
      drawUnscored(analysis, in: area, on: &frame, look: look)
      return
    }
    guard let order = state.sequences.order else {
      frame.putLine(
        "Sorting" + look.pick("…", "..."), in: area.splitTop(area.height / 2).rest,
        style: Style(.textDim), align: .center, look: look)
      return
    }
    let layout = Layout(area, order, look: look)
    drawStatus(state, order, in: layout.status, on: &frame)
    if order.count == 0 {
      drawNoMatch(order, in: layout.list, on: &frame, look: look)
    } else {
      SequenceTable(state, order).table(in: layout.list)
        .draw(in: layout.list, on: &frame, state: state.sequences.list, look: look)
    }
    guard !layout.panel.isEmpty else { return }
    ScorePanel(
      order: order, row: state.currentOrder == nil ? nil : state.row, redaction: state.redaction
    ).draw(in: layout.panel, isBeside: layout.isBeside, on: &frame, look: look)
  }

  private static func drawStatus(
    _ state: AppState, _ order: RowOrder, in area: Rect, on frame: inout Frame
  ) {
    var chips = order.query.filter.terms.map { StyledText($0.text, .chip) }
    if let discoveries = order.discoveries {
      chips.append(
        StyledText("\(discoveries.namedCount) of \(discoveries.suspectCount) suspects named", .chip)
      )
    }
    if !order.query.search.isEmpty { chips.append(StyledText("/" + order.query.search, .chip)) }
    let all = NumberFormat.counted(order.total, "sequence")
    let counted =
      order.query.filter.isEmpty
      ? all : "\(NumberFormat.count(order.count)) of \(all)"
    let found =
      order.query.search.isEmpty
      ? [] : [StyledText("\(NumberFormat.count(order.matches.count)) found  ", .accent)]
    var message: StyledText?
    let note = state.redaction.text(
      state.selectedID.map { state.triage.log.judgement(of: $0).note } ?? "")
    if state.sequences.isWaiting {
      message = StyledText("sorting" + state.look.pick("…", "..."), .textDim)
    } else if !note.isEmpty {
      message = StyledText("* \(state.redaction.text(note))")
    } else if order.analysis.table == nil {
      message = StyledText("scores only: this run has no texts", .textDim)
    } else if chips.isEmpty {
      message = StyledText(
        "Most member-like first: Enter shows where a sequence was memorized", .textDim)
      if order.query.sort != .score {
        message = StyledText("sorted by \(order.query.sort.title)", .textDim)
      }
    }
    StatusLine(
      chips: chips, message: message,
      right: found + state.triage.summary(state.look) + [StyledText(counted, .textDim)]
    ).draw(in: area.splitLeft(1).rest, on: &frame, look: state.look)
  }

  private static func drawScoring(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let name = state.experiment?.run(state.run).name ?? ""
    let (top, rest) = area.splitTop(area.height / 2)
    EmptyState(
      title: "Scoring \(name)", why: "Its sequences appear here as soon as they are scored.",
      actions: [.init("r", "look at another run")]
    ).draw(in: top, on: &frame, look: state.look)
    guard let progress = state.progress else { return }
    let row = rest.splitTop(1).rest.inset(
      horizontal: max(0, (area.width - 60) / 2), vertical: 0)
    Progress(label: progress.task, done: progress.done, total: progress.total)
      .draw(in: row, on: &frame, look: state.look)
  }

  /// A run that no attack could score says why, attack by attack.
  private static func drawUnscored(
    _ analysis: RunAnalysis, in area: Rect, on frame: inout Frame, look: Look
  ) {
    let reasons = analysis.unavailable.map(\.description)
    EmptyState(
      title: "No scores for \(analysis.run.name)",
      why: reasons.isEmpty ? "The run holds no score column." : reasons.joined(separator: "\n"),
      actions: [.init("r", "look at another run")]
    ).draw(in: area, on: &frame, look: look)
  }

  private static func drawNoMatch(
    _ order: RowOrder, in area: Rect, on frame: inout Frame, look: Look
  ) {
    EmptyState(
      title: "No sequence passes the filter",
      why: "\(order.query.filter.text)\nNone of \(NumberFormat.count(order.total)) sequences does.",
      actions: [.init("F", "show all sequences"), .init("f", "change the filter")]
    ).draw(in: area, on: &frame, look: look)
  }
}
