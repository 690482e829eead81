import Basics
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct ROCScreenTests {
  private static func story(_ width: Int = 120, _ height: Int = 40) throws -> Story {
    let (experiment, analyses) = Sample.scored([
      (Sample.run("full-e3", .full), Sample.ladder(members: 80, nonMembers: 400, lift: 2)),
      (Sample.run("lora-e3", .lora), Sample.ladder(members: 80, nonMembers: 400)),
    ])
    return try Story(width, height, on: .roc, experiment: experiment, analyses: analyses)
  }

  @Test func readsTheCursorWithExactIntervals() throws {
    let story = try Self.story()
    let roc = try #require(story.state.analyses[0]?.attacks[0].evaluation.roc)
    let point = try #require(roc.operatingPoint(fpr: 0.01))
    let interval = FigureWords.percents(point.tprInterval())
    #expect(story.text.contains("TPR \(NumberFormat.percent(point.tpr)) \(interval)"))
    #expect(story.text.contains("\(point.falsePositives) false positives"))
    let precision = try #require(point.precision(prior: 0.01))
    // At every size with its interval: without a false positive the figure alone promises too much.
    let limits = FigureWords.percents(point.precisionInterval(prior: 0.01))
    #expect(!limits.isEmpty)
    for (width, words) in [(120, " if 1 in 100 is"), (80, " if 1 in 100 is"), (200, "")] {
      let story = try Self.story(width, 40)
      #expect(story.text.contains("\(NumberFormat.percent(precision)) \(limits)\(words)"))
      #expect(story.text.contains("Clopper-Pearson"))
    }
  }

  @Test func theCursorVisitsRisingVerticesAndReturns() throws {
    var story = try Self.story()
    let start = story.state.roc.cursorFPR
    var rates: [Double] = []
    for _ in 0..<12 {
      story.press("l")
      rates.append(story.state.roc.cursorFPR)
    }
    #expect(rates == rates.sorted() && rates[0] > start && rates[11] > rates[0])
    story.press("g")
    #expect(story.state.roc.cursorFPR == 0)
    #expect(story.text.contains("No false positive here"))
    // One of 400: the rate there is bounded from above alone, and the readout is of the threshold.
    story.press("l")
    #expect(story.state.roc.cursorFPR == 0.0025)
    #expect(story.text.contains("Too few non-members for a lower end at this FPR"))
    story.press("G")
    #expect(!story.text.contains("Too few non-members"))
    #expect(story.state.roc.cursorFPR == 1)
    story.press("pageup", "pageup", "pageup")
    #expect(story.state.roc.cursorFPR == 0.05)
  }

  @Test func togglesCurvesSourceAxesAndBand() throws {
    var story = try Self.story()
    #expect(story.state.roc.band?.intervals.isEmpty == false)
    story.press("v")
    #expect(story.text.contains("lora-e3"))
    story.press("j", "space")
    #expect(story.state.run == 1)
    #expect(story.state.roc.chosenRuns == ["full-e3"])
    story.press("space", "o", "b")
    #expect(story.state.roc.chosenRuns == ["full-e3", "lora-e3"])
    #expect(!story.state.roc.isLogarithmic && !story.state.roc.hasBand)
    #expect(story.frame.cells.allSatisfy { $0.style.surface != .plotBand })
  }

  /// A plot's points are vertices of the curve, rising, and none of the columns misses its top.
  @Test(arguments: [7, 40, 300], [PlotAxes.ROCScale.linear, .logX, .logLog])
  func decimationKeepsTheSteps(columns: Int, scale: PlotAxes.ROCScale) throws {
    let ladder = Sample.ladder(members: 500, nonMembers: 700)
    let ranking = Ranking(values: ladder.map(\.score), labels: ladder.map(\.label))
    let roc = try #require(ROC(ranking))
    let axes = PlotAxes.roc(scale, resolution: roc.resolution)
    let points = roc.points(axes: axes, columns: columns)
    let vertices = Set(roc.vertices.map { PlotSeries.Point(x: $0.fpr, y: $0.tpr) })
    #expect(points.allSatisfy(vertices.contains))
    #expect(points.count <= 2 * columns + 1)
    for (one, next) in zip(points, points.dropFirst()) {
      #expect(one.x <= next.x && one.y <= next.y)
    }
    let top = try #require(points.last)
    #expect(top.x == 1 && top.y == 1)
    // At the edge of any column of dots the reduced curve is as high as the whole one.
    let dots = 2 * columns - 1
    for dot in 0..<dots {
      let x = axes.x.value(at: (Double(dot) + 0.5) / Double(dots))
      let whole = roc[roc.lastVertex(atMost: x)].tpr
      let drawn = points.last { $0.x <= x }?.y ?? 0
      #expect(abs(whole - drawn) < 1e-12)
    }
  }

  @Test func shadesWhatTheNonMembersCannotResolve() throws {
    var story = try Self.story(200, 60)
    #expect(
      story.frame.cells.contains { $0.style.role == .plotShade || $0.style.surface == .plotShade })
    #expect(story.text.contains("no evidence"))
    story.press("o")
    #expect(!story.text.contains("no evidence"))
  }

  @Test func selectsCurvesByMouse() throws {
    var story = try Story(120, 40, on: .roc)
    let row = try #require(story.lines.firstIndex { $0.contains(" loss ") && $0.contains("[") })
    story.click(10, row)
    #expect(story.state.attack == "loss")
    let before = story.state.roc.cursorFPR
    story.click(60, 10)
    #expect(story.state.roc.cursorFPR != before)
  }

  @Test(arguments: [(40, 12), (60, 16), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1)])
  func drawsAtEverySize(width: Int, height: Int) throws {
    var story = try Self.story(width, height)
    story.press("v", "l", "h", "G", "o", "b", "j", "space")
    #expect(story.lines.count == height)
  }

  @Test func saysWhyThereIsNoCurve() throws {
    let (experiment, analyses) = Sample.scored([
      (Sample.run("one", .full), [("a", .unknown, 1), ("b", .unknown, 2)])
    ])
    let story = try Story(80, 24, on: .roc, experiment: experiment, analyses: analyses)
    #expect(story.text.contains("known members and known non-members"))
    let waiting = try Story(80, 24, on: .roc, analyses: [])
    #expect(waiting.text.contains("still being scored"))
  }
}
