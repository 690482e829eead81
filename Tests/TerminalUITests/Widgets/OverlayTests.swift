import Testing

@testable import TerminalUI

@Suite struct OverlayTests {
  static let help = HelpOverlay(groups: [
    .init(
      "Everywhere", [.init("1-7", "screens"), .init("?", "help"), .init("q", "back, quit at top")]),
    .init(
      "Tokens", [.init("] [", "next, previous error zone"), .init("a", "all tokens or the zone")]),
  ])

  static let palette = Palette(
    items: [
      .init("next zone", note: "to the next error zone", keys: "]"),
      .init("quit", note: "leaves the program", keys: "q"),
      .init("zoom", note: "one pane fills the screen", keys: "z"),
    ], selected: 1)

  @Test func show() {
    for ascii in [false, true] {
      print(
        picture(60, 16, ascii: ascii) { Self.help.draw(in: $0, on: &$1, look: $2) }.joined(
          separator: "\n"))
      print(
        picture(60, 8, ascii: ascii) { Self.palette.draw(in: $0, on: &$1, look: $2) }.joined(
          separator: "\n"))
      print(
        picture(60, 10, ascii: ascii) { area, frame, look in
          TabBar(
            tabs: [
              .init(key: "1", title: "Runs"), .init(key: "2", title: "Sequences"),
              .init(key: "3", title: "Tokens"),
            ], current: 1,
            status: "demo"
          ).draw(in: area, on: &frame, look: look)
          StatusLine(
            chips: [Span("label=member", .chip)], message: Span("Saved the verdict.", .statusOK),
            right: [Span("12/99")]
          ).draw(in: area.splitTop(1).rest, on: &frame, look: look)
          HintLine([
            .init("Enter", "open"), .init("m", "mark", priority: 2),
            .init("?", "help", priority: 0),
          ])
          .draw(in: area.splitTop(2).rest, on: &frame, look: look)
          Progress(label: "Scoring", done: 30_000, total: 90_000, rate: 1200).draw(
            in: area.splitTop(3).rest, on: &frame, look: look)
          Prompt(label: "/", state: PromptState("family:lora"), note: Span("3 of 99", .textDim))
            .draw(in: area.splitTop(4).rest, on: &frame, look: look)
          KeyValue([
            .heading("Token 17"), .pair("p target", [Span("0.123")]),
            .pair(
              "target wanted",
              [Span("the quick brown fox jumped over all the lazy dogs in the town")]),
          ]).draw(in: area.splitTop(5).rest, on: &frame, look: look)
        }.joined(separator: "\n"))
    }
    print(
      picture(60, 10) { area, frame, look in
        EmptyState(
          title: "No sequences match",
          why: "The filter family:lora leaves none of 4,000 sequences in this run.",
          actions: [.init("Esc", "clears the filter"), .init("/", "changes it")]
        ).draw(in: area, on: &frame, look: look)
      }.joined(separator: "\n"))
    print(
      picture(30, 3) {
        TooSmall(needs: Size(width: 40, height: 12)).draw(in: $0, on: &$1, look: $2)
      }.joined(separator: "\n"))
    print(
      picture(50, 8) { area, frame, look in
        let split = Split(.columns, fraction: 0.4)
        split.draw(in: area, on: &frame, look: look)
        Panel("Tokens", note: "17/200", isFocused: true).draw(
          in: split.panes(in: area).first, on: &frame, look: look)
        Panel("Inspector").draw(in: split.panes(in: area).second, on: &frame, look: look)
      }.joined(separator: "\n"))
  }
}
