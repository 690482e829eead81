import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The same text under two runs beside each other, with one cursor.
struct TokenHalves {
  struct Half {
    var title: Rect
    var text: Rect
  }

  let about: Rect
  let left: Half
  let divider: Rect
  let right: Half
  let footer: Rect
  let lane: TokenText.Lane

  init(_ area: Rect, _ state: AppState) {
    let (about, below) = area.splitTop(area.height >= 8 ? 1 : 0)
    let (body, footer) = below.splitBottom(area.height >= 6 ? 1 : 0)
    self.about = about.inset(horizontal: 1, vertical: 0)
    self.footer = footer.inset(horizontal: 1, vertical: 0)
    let panes = Split(.columns, minFirst: 16, minSecond: 16).panes(in: body)
    divider = panes.divider
    var (left, right) = (Self.half(panes.first), Self.half(panes.second))
    // Equal widths break the lines at the same tokens, so that both texts scroll as one.
    let width = panes.second.isEmpty ? left.text.width : min(left.text.width, right.text.width)
    left.text.width = width
    if !panes.second.isEmpty { right.text.width = width }
    self.left = left
    self.right = right
    lane = left.text.height >= 6 ? .signed : .hidden
  }

  private static func half(_ area: Rect) -> Half {
    let rows = area.height >= 9 ? 2 : area.height >= 4 ? 1 : 0
    let (title, text) = area.splitTop(rows)
    return Half(
      title: title.inset(horizontal: 1, vertical: 0), text: text.inset(horizontal: 1, vertical: 0))
  }

  var visibleLines: Int { max(1, left.text.height / (lane == .hidden ? 1 : 2)) }
}

enum TokenPairView {
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard !area.isEmpty, let comparison = state.compare.comparison else { return }
    let halves = TokenHalves(area, state)
    guard let pair = state.compare.pair else {
      let why =
        state.row == nil
        ? "Choose a sequence in the list."
        : "\(comparison.right.run.name) does not have this sequence; J goes to one that both have."
      EmptyState(title: "No sequence", why: why).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    drawAbout(pair, state, in: halves.about, on: &frame)
    frame.fill(halves.divider, state.glyphs.border.vertical, style: Style(.border))
    draw(
      comparison.left, pair.left, state.compare.sheets.left, halves.left, pair, state,
      lane: halves.lane, on: &frame)
    draw(
      comparison.right, pair.right, state.compare.sheets.right, halves.right, pair, state,
      lane: halves.lane, on: &frame)
    drawFooter(pair, state, in: halves.footer, on: &frame)
  }

  /// Which sequence it is, and who finds it.
  private static func drawAbout(
    _ pair: TokenPair, _ state: AppState, in row: Rect, on frame: inout Frame
  ) {
    let comparison = pair.comparison
    let finder = FlipTable.finder(pair.joined, comparison)
    var spans = [
      StyledText(FigureWords.label(comparison.labels[pair.joined], glyphs: state.glyphs).text),
      StyledText("  " + state.redaction.id(comparison.id(of: pair.joined)), .textStrong),
      StyledText("  caught: ", .textDim), StyledText(finder),
    ]
    if !pair.isAligned {
      spans.append(
        StyledText("  tokenized differently: the cursors agree in number only", .statusWarning))
    }
    frame.putLine(spans, in: row, glyphs: state.glyphs)
  }

  private static func draw(
    _ side: RunComparison.Side, _ detail: SequenceDetail?, _ sheet: TokenSheet?,
    _ half: TokenHalves.Half, _ pair: TokenPair, _ state: AppState, lane: TokenText.Lane,
    on frame: inout Frame
  ) {
    let glyphs = state.glyphs
    let score = side.score(pair.joined)
    var spans = [
      StyledText(side.run.name, .heading), StyledText("  \(pair.attack) ", .textDim),
      StyledText(score.text, .textStrong),
    ]
    var second: [StyledText] = []
    if !side.pValues.isEmpty {
      second.append(StyledText("p " + NumberFormat.pValue(side.pValues[pair.joined]), .textDim))
    }
    if let masses = detail?.measure?.masses {
      second.append(
        StyledText(
          "  P \(NumberFormat.fixed(masses.up, 2))  N \(NumberFormat.fixed(masses.down, 2))",
          Role.text))
    }
    if let loss = detail?.loss(detail?.target) {
      second.append(StyledText("  loss \(NumberFormat.fixed(loss, 3))", .textDim))
    }
    if half.title.height == 1 { spans += [StyledText("  ")] + second }
    frame.putLine(spans, in: half.title, glyphs: glyphs)
    if half.title.height > 1 {
      frame.putLine(second, in: half.title.splitTop(1).rest, glyphs: glyphs)
    }
    guard let detail, let sheet else {
      drawMissing(side, in: half.text, on: &frame, glyphs: glyphs)
      return
    }
    text(detail, sheet, state, lane: lane).draw(in: half.text, on: &frame, glyphs: glyphs)
  }

  private static func drawMissing(
    _ side: RunComparison.Side, in area: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let why =
      side.analysis.table == nil
      ? "\(side.run.name) holds scores only: what each token did is not known."
      : side.analysis.countWithoutTokens > 0
        ? "Of this record only the score under \(side.run.name) is kept."
        : "This record has no token evidence under \(side.run.name)."
    for (index, line) in TextMeasure.wrap(why, width: area.width).enumerated() {
      let row = area.splitTop(index).rest
      guard !row.isEmpty else { return }
      frame.putLine(line, in: row, style: Style(.textDim), glyphs: glyphs)
    }
  }

  private static func text(
    _ detail: SequenceDetail, _ sheet: TokenSheet, _ state: AppState, lane: TokenText.Lane
  ) -> TokenText {
    let (scale, tintsAll) = (state.tokens.scale, state.tokens.tintsAll)
    func isShown(_ token: Int) -> Bool {
      detail.isShown(token, tintsAll: tintsAll)
    }
    var text = TokenText(
      layout: sheet.layout, top: state.compare.top, cursor: state.compare.cursor
    ) { token in
      guard isShown(token), let shift = detail.shift(token) else { return Style(.tokenDim) }
      return Style(scale.role(shift))
    }
    text.lane = lane
    text.showsSpaces = state.tokens.showsSpaces
    text.bar = { isShown($0) ? detail.shift($0).map(scale.bar) : nil }
    return text
  }

  /// The token under the cursors, and what each run makes of it.
  private static func drawFooter(
    _ pair: TokenPair, _ state: AppState, in row: Rect, on frame: inout Frame
  ) {
    let cursor = state.compare.cursor
    guard let detail = pair.left ?? pair.right, detail.tokens.indices.contains(cursor) else {
      return
    }
    func shift(_ detail: SequenceDetail?) -> StyledText {
      guard let shift = detail?.shift(cursor) else { return StyledText("-", .textDim) }
      return StyledText(NumberFormat.signed(shift, 2), .textStrong)
    }
    let comparison = pair.comparison
    let quotation = quoted(state, detail.tokens[cursor])
    frame.putLine(
      [
        StyledText("token \(cursor) ", .textDim), StyledText(quotation, .textStrong),
        StyledText("   shift in nats: ", .textDim),
        StyledText(comparison.left.run.name + " ", .textDim),
        shift(pair.left), StyledText("   \(comparison.right.run.name) ", .textDim),
        shift(pair.right),
      ], in: row, glyphs: state.glyphs)
  }

  private static func quoted(_ state: AppState, _ token: String) -> String {
    let safe = Sanitize.text(token, escaping: state.glyphs.visibleWhitespace)
    return "\"" + TextMeasure.prefix(safe, width: 24) + "\""
  }
}
