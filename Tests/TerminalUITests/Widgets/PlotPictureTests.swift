import Testing

@testable import TerminalUI

/// A plot as a vector picture: the same places as on the screen, and words that are only words.
@Suite struct PlotPictureTests {
  private static func plot(_ points: [PlotSeries.Point], _ shape: PlotSeries.Shape) -> Plot {
    Plot(
      axes: PlotAxes(x: .linear(0, 1), y: .linear(0, 1), xTitle: "x < y", yTitle: "y"),
      series: [
        PlotSeries(points: points, shape: shape, role: .curve1, marker: "A", name: "a")
      ])
  }

  /// The inner area is 606 by 320 units and begins at 58, 30.
  @Test func pointsLieWhereTheirFractionsSay() {
    let plot = Self.plot([.init(x: 0, y: 0), .init(x: 0.5, y: 0.25), .init(x: 1, y: 1)], .lines)
    let picture = plot.svg(id: "p", title: "t", description: "d")
    #expect(picture.contains("class=\"curve s0\" d=\"M58 350L361 270L664 30\""))
  }

  @Test func stepsGoAcrossFirst() {
    let plot = Self.plot([.init(x: 0, y: 0), .init(x: 0.5, y: 1)], .steps)
    let picture = plot.svg(id: "p", title: "t", description: "d")
    #expect(picture.contains("d=\"M58 350L361 350L361 30\""))
  }

  @Test func wordsAreOnlyWords() {
    let plot = Self.plot([.init(x: 0, y: 0)], .lines)
    let picture = plot.svg(id: "p", title: "</title><script>", description: "\u{1B}\"&")
    #expect(!picture.contains("<script") && picture.contains("&lt;/title&gt;&lt;script&gt;"))
    #expect(picture.contains("⟨1B⟩&quot;&amp;") && picture.contains("x &lt; y"))
  }

  @Test func valuesBeyondTheAxesStayInside() {
    let plot = Self.plot(
      [.init(x: -5, y: .infinity), .init(x: 9, y: -9), .init(x: .nan, y: 0)], .lines)
    let picture = plot.svg(id: "p", title: "t", description: "d")
    #expect(picture.contains("d=\"M58 30L664 350\""))
  }
}
