import Testing

@testable import TerminalUI

/// One widget drawn at one size, compared as text with `Pictures`, in Unicode and in ASCII.
struct Picture: Sendable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let height: Int
  let draw: @Sendable (Rect, inout Frame, GlyphSet) -> Void

  var testDescription: String { name }

  static let all: [Picture] = [
    Picture(name: "roc", width: 60, height: 16) {
      SamplePlot.roc(log: false).draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "roc log", width: 60, height: 16) { area, frame, glyphs in
      var plot = SamplePlot.roc(log: true)
      plot.cursor = .init(x: 0.05, y: 0.45, readout: ["FPR 5.0%", "TPR 45.1%"])
      plot.draw(in: area, on: &frame, glyphs: glyphs)
    },
    Picture(name: "roc small", width: 12, height: 4) {
      SamplePlot.roc(log: false).draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "trend", width: 44, height: 12) {
      SamplePlot.trend.draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "scatter", width: 56, height: 14) {
      SampleScatter.scatter.draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "histogram", width: 56, height: 11) {
      SampleHistogram.draw(.mirrored, $0, &$1, $2)
    },
    Picture(name: "histogram overlaid", width: 36, height: 8) {
      SampleHistogram.draw(.overlaid, $0, &$1, $2)
    },
    Picture(name: "histogram sideways", width: 26, height: 14) {
      SampleHistogram.draw(.sideways, $0, &$1, $2)
    },
    Picture(name: "histogram empty", width: 20, height: 3) { area, frame, glyphs in
      Histogram(
        bins: HistogramBins(lower: 0, upper: 1, count: 4), firstName: "members",
        secondName: "non-members"
      ).draw(in: area, on: &frame, glyphs: glyphs)
    },
    Picture(name: "help", width: 44, height: 12) {
      SampleOverlay.help.draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "help filtered and short", width: 40, height: 6) { area, frame, glyphs in
      var help = SampleOverlay.help
      help.filter.replace("zone")
      help.draw(in: area, on: &frame, glyphs: glyphs)
    },
    Picture(name: "palette", width: 50, height: 7) {
      SampleOverlay.palette.draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "rows", width: 60, height: 5) { SampleOverlay.rows(in: $0, on: &$1, glyphs: $2) },
    Picture(name: "rows narrow", width: 24, height: 5) {
      SampleOverlay.rows(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "key value", width: 36, height: 8) {
      SampleOverlay.keyValue.draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "empty", width: 46, height: 9) { area, frame, glyphs in
      EmptyState(
        title: "No sequences match",
        why: "The filter family:lora leaves none of 4,000 sequences in this run.",
        actions: [.init("Esc", "clears the filter"), .init("/", "changes it")]
      ).draw(in: area, on: &frame, glyphs: glyphs)
    },
    Picture(name: "too small", width: 30, height: 4) {
      TooSmall(needs: Size(width: 40, height: 12)).draw(in: $0, on: &$1, glyphs: $2)
    },
    Picture(name: "panes", width: 46, height: 4) { area, frame, glyphs in
      let split = Split(.columns, fraction: 0.4)
      let panes = split.panes(in: area)
      split.draw(in: area, on: &frame, glyphs: glyphs)
      Panel("Tokens", note: "17/200", isFocused: true)
        .draw(in: panes.first, on: &frame, glyphs: glyphs)
      Panel("Inspector").draw(in: panes.second, on: &frame, glyphs: glyphs)
    },
  ]
}

@Suite struct PictureTests {
  @Test(arguments: Picture.all, [false, true])
  func drawnAsBefore(picture: Picture, ascii: Bool) {
    let drawn = TerminalUITests.picture(picture.width, picture.height, ascii: ascii, picture.draw)
    let name = picture.name + (ascii ? ", ASCII" : "")
    let expected = Pictures.expected[name].map(rows)
    #expect(drawn == expected, "\(name):\n\(drawn.joined(separator: "\n"))")
  }
}
