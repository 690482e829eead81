import Testing

@testable import TerminalUI

@Suite struct PromptTests {
  @Test(
    arguments: [
      ("", [.insert("ab"), .left, .insert("漢")], "a漢b", 2),
      ("one two  ", [.deleteWord], "one ", 4),
      ("one two", [.home, .delete, .wordRight, .deleteToEnd], "ne", 2),
      ("a👨‍👩‍👧b", [.left, .backspace], "ab", 1),
      ("e", [.insert("\u{301}")], "e\u{301}", 1),
      ("x", [.insert("pasted\r\nlines\tin")], "xpasted lines in", 16),
      ("abc", [.home, .backspace, .left, .end, .right, .delete], "abc", 3),
      ("one two", [.wordLeft, .wordLeft, .wordLeft], "one two", 0),
      ("abc", [.deleteAll, .deleteWord, .backspace], "", 0),
    ] as [(String, [PromptState.Edit], String, Int)])
  func edits(start: String, edits: [PromptState.Edit], text: String, cursor: Int) {
    var state = PromptState(start)
    for edit in edits { state.apply(edit) }
    #expect(state.text == text)
    #expect(state.cursor == cursor)
  }

  @Test func historyComesAndGoesAndKeepsTheDraft() {
    var state = PromptState(history: ["first", "second"])
    state.apply(.insert("draft"))
    var seen: [String] = []
    for edit in [
      .historyBack, .historyBack, .historyBack, .historyForward, .historyForward, .historyForward,
    ] as [PromptState.Edit] {
      state.apply(edit)
      seen.append(state.text)
    }
    #expect(seen == ["second", "first", "first", "second", "draft", "draft"])
    #expect(state.commit() == "draft")
    #expect(state.text.isEmpty)
    #expect(state.history == ["first", "second", "draft"])
  }

  @Test(arguments: [
    (0, 0, "漢字と英語"), (3, 6, "漢字と英語"), (9, 9, "英語 text"), (7, 9, "と英語 te"),
  ])
  func cursorStaysInSight(cursor: Int, column: Int, shown: String) {
    var state = PromptState("漢字と英語 text")
    for _ in 0..<(state.text.count - cursor) { state.apply(.left) }
    var frame = Frame(size: Size(width: 10, height: 1))
    Prompt(label: "", state: state).draw(in: frame.bounds, on: &frame, glyphs: GlyphSet.unicode)
    #expect(frame.cursor == Point(x: column, y: 0))
    #expect(lines(of: frame)[0].trimmingPrefix(" ") == shown)
    #expect(frame[Point(x: column, y: 0)].style.role == .cursor)
  }
}

@Suite struct PaneTests {
  @Test(arguments: [
    (100, 0.5, 50, 49), (100, 0.0, 10, 89), (100, 1.0, 79, 20), (31, 0.5, 10, 20),
    (30, 0.5, 30, 0), (100, .nan, 50, 49),
  ])
  func sizes(total: Int, fraction: Double, first: Int, second: Int) {
    let split = Split(.columns, fraction: fraction, minFirst: 10, minSecond: 20)
    let panes = split.panes(in: Rect(x: 5, y: 1, width: total, height: 9))
    #expect([panes.first.width, panes.second.width] == [first, second])
    let rows = Split(.rows, fraction: fraction, minFirst: 10, minSecond: 20, keepsFirst: false)
    let stacked = rows.panes(in: Rect(x: 5, y: 1, width: 9, height: total))
    #expect(stacked.second.height == (second == 0 ? total : second))
  }

  @Test func draggedDividerStaysUnderTheMouse() {
    let area = Rect(x: 4, y: 0, width: 101, height: 10)
    for x in 20...80 {
      var split = Split(.columns, minFirst: 5, minSecond: 5)
      split.fraction = split.fraction(dividerAt: Point(x: x, y: 3), in: area)
      #expect(split.panes(in: area).divider.x == x)
    }
  }
}

@Suite struct ChoiceTests {
  @Test(arguments: [
    ("", ["next zone", "quit", "zoom"]), ("zo", ["zoom", "next zone"]), ("nz", ["next zone"]),
    ("Q", ["quit"]), ("xyz", []),
  ])
  func paletteRanksMatches(query: String, names: [String]) {
    var palette = SampleOverlay.palette
    palette.query.replace(query)
    #expect(palette.matches.map { palette.items[$0].name } == names)
    palette.selected = 99
    #expect(palette.choice?.name == names.last)
  }

  @Test(arguments: [("", 5), ("zone", 2), ("tokens all", 1), ("?", 1), ("nothing", 0)])
  func helpFilters(filter: String, count: Int) {
    var help = SampleOverlay.help
    help.filter.replace(filter)
    #expect(help.shown.reduce(0) { $0 + $1.entries.count } == count)
  }

  @Test(arguments: [(40, [0, 1, 2]), (20, [0, 2]), (8, [2]), (3, [2]), (0, [2])])
  func hintsDropByPriority(width: Int, shown: [Int]) {
    let hints = HintLine([
      .init("Enter", "open"), .init("m", "mark", priority: 2), .init("?", "help", priority: 0),
    ])
    let area = Rect(x: 2, y: 0, width: width, height: 1)
    let places = hints.places(in: area)
    #expect(places.map(\.index) == shown)
    for place in places where !place.area.isEmpty {
      #expect(hints.hit(Point(x: place.area.x, y: 0), in: area) == place.index)
    }
  }

  @Test func tabsAreHitWhereTheyAreDrawn() {
    let tabs = TabBar(
      tabs: [.init(key: "1", title: "Runs"), .init(key: "2", title: "ROC")], current: 0)
    let area = Rect(x: 3, y: 0, width: 40, height: 1)
    #expect(tabs.hit(Point(x: 4, y: 0), in: area) == 0)
    #expect(tabs.hit(Point(x: 12, y: 0), in: area) == 1)
    #expect(tabs.hit(Point(x: 30, y: 0), in: area) == nil)
  }

  @Test(arguments: [
    (Progress(label: "", done: 0, total: 0), "0/0"),
    (Progress(label: "", done: 999, total: 1000), "999/1,000  99%"),
    (Progress(label: "", done: 5, total: 5, rate: 2), "5/5  100%  2/s"),
    (Progress(label: "", done: 1234, rate: .infinity, unit: "rows"), "1,234 rows"),
    (Progress(label: "", done: .max, total: 1), "9,223,372,036,854,775,807/1  100%"),
  ])
  func progressFigures(progress: Progress, text: String) {
    #expect(progress.figures.joined(separator: "  ") == text)
  }
}

@Suite struct PlotGeometryTests {
  @Test func cellsAndValuesAgree() throws {
    let axes = PlotAxes(x: .log10(1e-4, 1), y: .linear(-2, 2), yTitle: "y")
    let area = Rect(x: 3, y: 2, width: 70, height: 20)
    let inner = axes.inner(of: area, glyphs: GlyphSet.unicode)
    for x in stride(from: inner.x, to: inner.maxX, by: 3) {
      for y in inner.y..<inner.maxY {
        let values = try #require(axes.values(at: Point(x: x, y: y), in: inner))
        #expect(axes.cell(values.x, values.y, in: inner) == Point(x: x, y: y))
      }
    }
  }

  @Test func curvesKeepTheGroundTheyLieOn() {
    var frame = Frame(size: Size(width: 60, height: 16))
    SamplePlot.roc(log: true).draw(in: frame.bounds, on: &frame, glyphs: GlyphSet.unicode)
    let grounds = frame.cells.filter { $0.style.role == .curve1 }.map(\.style.surface)
    #expect(grounds.filter { $0 == .plotBand }.count > 30)
    #expect(frame.cells.contains { $0.style.role == .plotShade })
  }

  @Test func thresholdIsFoundWhereItIsDrawn() throws {
    for layout in [Histogram.Layout.mirrored, .overlaid, .sideways] {
      let area = Rect(x: 0, y: 0, width: 60, height: 24)
      for value in [-0.9, 0, 1.35, 2.9] {
        var frame = Frame(size: area.size)
        let histogram = Histogram(
          bins: SampleHistogram.bins(16), firstName: "a", secondName: "b", layout: layout,
          threshold: .init(value: value))
        histogram.draw(in: area, on: &frame, glyphs: GlyphSet.unicode)
        let drawn = (0..<24).flatMap { y in (6..<60).map { Point(x: $0, y: y) } }.first {
          frame[$0].style.role == .threshold
        }
        let point = try #require(drawn)
        let back = try #require(histogram.value(at: point, in: area))
        #expect(abs(back - value) < 0.25, "\(layout) \(value) came back as \(back)")
      }
    }
  }

  @Test func binsCountEverythingOnce() {
    var bins = HistogramBins(lower: 0, upper: 1, count: 4)
    for value in [-1, 0, 0.25, 0.9999, 1, 1.1, .nan, .infinity] {
      bins.add(value, toSecond: value > 0.5)
    }
    #expect(bins.first == [1, 1, 0, 0])
    #expect(bins.second == [0, 0, 0, 2])
    #expect([bins.below.first, bins.above.second, bins.undefined] == [1, 2, 1])
    #expect(bins.totals == .init(first: 3, second: 4))
  }
}

@Suite struct TextMeasureTests {
  @Test(arguments: [
    ("the quick brown fox", 9, ["the quick", "brown fox"]),
    ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
    ("漢字漢字", 5, ["漢字", "漢字"]),
    ("a\n\nb", 5, ["a", "", "b"]),
    ("anything", 0, []),
    ("漢", 1, ["漢"]),
  ])
  func wrapsProse(text: String, width: Int, lines: [String]) {
    #expect(TextMeasure.wrap(text, width: width) == lines)
  }

  @Test(arguments: [
    ("plain text", 10, "plain text"), ("plain text", 6, "plain…"), ("漢字漢字", 6, "漢字 …"),
    ("\u{1B}[31mred", 12, "⟨1B⟩[31mred"), ("a\nb", 5, "a b"), ("ab", 1, "…"),
  ])
  func linesAreCutWithAnEllipsis(text: String, width: Int, shown: String) {
    #expect(picture(width, 1) { $1.putLine(text, in: $0, glyphs: $2) } == [shown])
  }
}
