import Analysis
import Basics
import ScoringCore
import TerminalUI

extension TokensScreen {
  /// Where the parts of the screen lie.
  struct Layout {
    let title: Rect
    let legend: Rect
    let text: Rect
    let inspector: Rect
    let isBeside: Bool
    let lane: TokenText.Lane
    /// The whole text's shifts at a glance, where a short text leaves room for it.
    let profile: Rect
    /// The same sequence under other runs, where there is room for one.
    let peers: Rect

    static let longestLine = 110

    init(_ area: Rect, _ state: AppState) {
      let isTall = area.height >= 18
      let (title, below) = area.splitTop(area.height >= 14 ? 2 : 1)
      let (legend, body) = below.splitTop(isTall ? 3 : area.height >= 12 ? 2 : 1)
      self.title = title.inset(horizontal: 1, vertical: 0)
      self.legend = legend.inset(horizontal: 1, vertical: 0)
      isBeside = area.width >= 100
      let content: Rect
      if isBeside {
        (content, inspector) = body.splitRight(min(46, max(34, area.width * 3 / 10)))
      } else {
        (content, inspector) = body.splitBottom(body.height >= 14 ? 6 : body.height >= 9 ? 4 : 0)
      }
      let wide = content.inset(horizontal: 2, vertical: 0)
      // Longer lines are hard to read back from.
      let room = wide.splitLeft(Self.longestLine).left
      let hasBars = [.shift, .cost].contains(state.tokens.view) && room.height >= 6
      let lines = state.tokens.text?.layout.lineCount ?? .max
      let isShort = lines < room.height / 3
      lane = !hasBars ? .hidden : isShort ? .paired : .signed
      let rows = isShort ? lines * 3 + 1 : room.height
      let hasProfile =
        hasBars && state.tokens.view == .shift && isShort
        && room.height - rows >= ShiftProfile.height
      let (text, free) = room.splitTop(hasProfile ? rows : room.height)
      self.text = text
      let (profile, rest) = free.splitTop(hasProfile ? ShiftProfile.height + 2 : 0)
      self.profile = profile
      // As many lines as the text itself has, a heading and air above it.
      let spare = hasProfile ? rest.splitTop(1).rest : room.splitTop(rows).rest
      let hasPeers = isShort && state.analyses.count > 1 && spare.height >= 2 + lines * 2
      peers = hasPeers ? spare : spare.splitTop(0).top
    }

    var visibleLines: Int { max(1, text.height / (lane == .hidden ? 1 : lane == .signed ? 2 : 3)) }
  }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let detail = state.tokens.detail, let sheet = state.tokens.text,
      let tint = state.tokens.tint
    else {
      emptyState(state).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    let glyphs = state.glyphs
    let layout = Layout(area, state)
    TokenHeader(state: state, detail: detail).draw(in: layout.title, on: &frame)
    let legend = TokenLegend(
      tint: tint, scale: state.tokens.scale, tintsAll: state.tokens.tintsAll, glyphs: glyphs)
    if tint.missing == nil {
      frame.putLine(legend.samples, in: layout.legend, glyphs: glyphs)
    }
    frame.putLine(
      legend.sentence, in: layout.legend.splitTop(1).rest,
      style: Style(tint.missing == nil ? .textDim : .statusWarning), glyphs: glyphs)
    text(state, tint, sheet, cursor: state.tokens.cursor, top: state.tokens.top, lane: layout.lane)
      .draw(in: layout.text, on: &frame, glyphs: glyphs)
    drawMore(state, sheet, layout, on: &frame)
    if !layout.profile.isEmpty {
      ShiftProfile(
        detail: detail, cursor: state.tokens.cursor, tintsAll: state.tokens.tintsAll,
        scale: state.tokens.scale
      ).draw(in: layout.profile, on: &frame, glyphs: glyphs)
    }
    drawPeers(state, in: layout.peers, on: &frame)
    guard !layout.inspector.isEmpty else { return }
    TokenInspector(detail: detail, tint: tint, token: state.tokens.cursor, glyphs: glyphs)
      .draw(in: layout.inspector, isBeside: layout.isBeside, on: &frame)
  }

  private static func text(
    _ state: AppState, _ tint: TokenTint, _ sheet: TokenSheet, cursor: Int?, top: Int = 0,
    lane: TokenText.Lane
  ) -> TokenText {
    let tokens = state.tokens
    let detail = tint.detail
    var text = TokenText(layout: sheet.layout, top: top, cursor: cursor) { token in
      cursor != nil && tokens.found.contains(token)
        ? Style(.searchMatch)
        : Style(tint.role(token, scale: tokens.scale, tintsAll: tokens.tintsAll))
    }
    text.lane = lane
    text.showsSpaces = tokens.showsSpaces
    text.bar = { token in
      guard tint.view != .cost else {
        return tint.bits(token).map { min(1, $0 / TokenTint.fullBar) }
      }
      return detail.isShown(token, tintsAll: tokens.tintsAll)
        ? detail.tint(token).map(tokens.scale.bar) : nil
    }
    return text
  }

  /// The same sequence under as many other runs as there is room for.
  private static func drawPeers(_ state: AppState, in area: Rect, on frame: inout Frame) {
    var rest = area
    for peer in state.tokens.peers.all where rest.height >= peer.height - 1 {
      let (title, below) = rest.splitTop(1)
      let name = StyledText(peer.detail.analysis.run.name + "  ", .heading)
      frame.putLine(
        [name] + TokenHeader(state: state, detail: peer.detail).figures, in: title,
        glyphs: state.glyphs)
      text(
        state, peer.tint, peer.sheet, cursor: peer.isAligned ? state.tokens.cursor : nil,
        lane: .signed
      ).draw(in: below.splitTop(peer.height - 2).top, on: &frame, glyphs: state.glyphs)
      rest = rest.splitTop(peer.height).rest
    }
  }

  /// Says how much of the text lies beyond the screen, in the margin beside it.
  private static func drawMore(
    _ state: AppState, _ sheet: TokenSheet, _ layout: Layout, on frame: inout Frame
  ) {
    let lines = sheet.layout.lineCount
    guard lines > layout.visibleLines, layout.text.height >= 2 else { return }
    let bar = Rect(
      x: layout.text.maxX + 1, y: layout.text.y, width: 1, height: layout.text.height)
    Scrollbar(total: lines, visible: layout.visibleLines, first: state.tokens.top)
      .draw(in: bar, on: &frame, glyphs: state.glyphs)
  }

  private static func emptyState(_ state: AppState) -> EmptyState {
    guard let experiment = state.experiment else { return EmptyState(title: "", why: "") }
    let name = experiment.run(state.run).name
    guard let analysis = state.analysis else {
      return EmptyState(
        title: "Scoring \(name)", why: "Its tokens appear here as soon as it is scored.",
        actions: [.init("r", "look at another run")])
    }
    guard analysis.table != nil else {
      let others = experiment.runs.indices.filter(experiment.isTokenRun)
        .map { experiment.run($0).name }
      let place =
        others.isEmpty
        ? "No run of this experiment has it."
        : "Runs that have it: \(others.joined(separator: ", "))."
      return EmptyState(
        title: "No token evidence for \(name)",
        why: "This run holds scores only; what each token did is not known. \(place)",
        actions: [.init("r", "look at another run"), .init("2", "back to the sequences")])
    }
    guard state.row != nil else {
      return EmptyState(
        title: "No sequence selected",
        why: state.currentOrder?.count == 0
          ? "The filter lets no sequence through." : "Choose one in the list of sequences.",
        actions: [.init("2", "sequences")])
    }
    if let row = state.row, !analysis.hasTokens(row) {
      return EmptyState(
        title: "Only the score of this sequence is kept",
        why: "Tokens are kept of \(NumberFormat.count(analysis.table?.count ?? 0)) of the "
          + "\(NumberFormat.count(analysis.count)) sequences of \(name); the filter tokens>0 lists "
          + "them.",
        actions: [.init("J", "next with tokens"), .init("2", "sequences")])
    }
    return EmptyState(
      title: "No tokens for this sequence",
      why: "Its record has no token evidence: export target.logprobs and reference.logprobs.",
      actions: [.init("J", "next sequence"), .init("2", "sequences")])
  }
}
