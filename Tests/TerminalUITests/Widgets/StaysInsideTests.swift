import Testing

@testable import TerminalUI

/// Every widget at every tiny size, on a frame whose other cells must not change.
@Suite struct StaysInsideTests {
  @Test func plots() {
    var bars = SamplePlot.curve(0.4, "bars", "C", .curve3)
    bars.points = stride(from: 0, through: 400, by: 80).map { bars.points[$0] }
    bars.shape = .marked
    bars.hasErrorBars = true
    bars.band = bars.points.map { .init(x: $0.x, lower: $0.y - 0.1, upper: .nan) }
    #expect(
      staysInside { area, frame, glyphs in
        for isLog in [false, true] {
          var plot = SamplePlot.roc(log: isLog)
          plot.series.append(bars)
          plot.series.append(
            PlotSeries(
              points: [.init(x: .nan, y: 1), .init(x: -.infinity, y: .infinity)], role: .curve4,
              marker: "D", name: "odd"))
          plot.guides += [.horizontal(0.5), .vertical(0.5), .horizontal(7), .vertical(.nan)]
          plot.shade = Plot.Shade(from: 0, to: 0.3, label: "no evidence")
          plot.cursor = Plot.Cursor(x: 0.3, y: 0.3, readout: ["TPR 0.3", "FPR 0.3"])
          plot.draw(in: area, on: &frame, glyphs: glyphs)
        }
      } == [])
  }

  @Test func scatter() {
    #expect(
      staysInside { area, frame, glyphs in
        SampleScatter.scatter.draw(in: area, on: &frame, glyphs: glyphs)
      } == [])
  }

  @Test func histograms() {
    let empty = HistogramBins(lower: 0, upper: 1, count: 4)
    #expect(
      staysInside { area, frame, glyphs in
        for bins in [SampleHistogram.bins(3), SampleHistogram.bins(90), empty] {
          for layout in [Histogram.Layout.mirrored, .overlaid, .sideways] {
            for value in [-9, 0.5, 9, Double.nan] {
              let histogram = Histogram(
                bins: bins, firstName: "members", secondName: "non-members", layout: layout,
                threshold: .init(value: value, label: "t"))
              histogram.draw(in: area, on: &frame, glyphs: glyphs)
              _ = histogram.value(at: Point(x: area.x, y: area.y), in: area)
            }
          }
        }
      } == [])
  }

  @Test func panesAndPanels() {
    #expect(
      staysInside { area, frame, glyphs in
        for axis in [Split.Axis.columns, .rows] {
          for fraction in [-1, 0.5, 2, Double.nan] {
            let split = Split(axis, fraction: fraction, minFirst: 2, minSecond: 3)
            let panes = split.panes(in: area)
            split.draw(in: area, on: &frame, title: "title", glyphs: glyphs)
            for pane in [panes.first, panes.second] {
              Panel("title", note: "note", isFocused: true).draw(
                in: pane, on: &frame, glyphs: glyphs)
            }
          }
        }
      } == [])
  }

  @Test func prompts() {
    #expect(
      staysInside { area, frame, glyphs in
        for text in ["", "query that is long"] {
          for moves in [0, 3, 99] {
            var state = PromptState(text)
            for _ in 0..<moves { state.apply(.left) }
            Prompt(label: "/", state: state, placeholder: "type here", note: StyledText("3 of 9"))
              .draw(in: area, on: &frame, glyphs: glyphs)
          }
        }
      } == [])
  }

  @Test func overlays() {
    #expect(
      staysInside { area, frame, glyphs in
        for filter in ["", "zone", "nothing at all"] {
          var help = SampleOverlay.help
          help.filter.replace(filter)
          help.scroll = 5
          help.draw(in: area, on: &frame, glyphs: glyphs)
          var palette = SampleOverlay.palette
          palette.query.replace(filter)
          palette.draw(in: area, on: &frame, glyphs: glyphs)
        }
      } == [])
  }

  @Test func rowsAndNotices() {
    #expect(
      staysInside { area, frame, glyphs in
        TabBar(
          tabs: [.init(key: "1", title: "Runs"), .init(key: "2", title: "Sequences")], current: 1,
          status: "demo"
        ).draw(in: area, on: &frame, glyphs: glyphs)
        StatusLine(
          chips: [StyledText("label=member", .chip)], message: StyledText("saved", .statusOK),
          right: [StyledText("12/99")]
        ).draw(in: area, on: &frame, glyphs: glyphs)
        HintLine([.init("Enter", "open"), .init("?", "help", priority: 0)])
          .draw(in: area, on: &frame, glyphs: glyphs)
        Progress(label: "Scoring", done: 30, total: 90, rate: 12).draw(
          in: area, on: &frame, glyphs: glyphs)
        EmptyState(
          title: "Nothing here", why: "No run has scores yet.", actions: [.init("r", "reload")]
        ).draw(in: area, on: &frame, glyphs: glyphs)
        TooSmall(needs: Size(width: 40, height: 12)).draw(in: area, on: &frame, glyphs: glyphs)
        KeyValue([
          .heading("Token"), .pair("p target", [StyledText("0.123")]), .gap,
          .note("share of all positive shift"),
        ]).draw(in: area, on: &frame, glyphs: glyphs)
      } == [])
  }
}
