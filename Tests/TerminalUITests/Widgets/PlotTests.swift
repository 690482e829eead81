import Testing

@testable import TerminalUI

@Suite struct PlotTests {
  /// A smooth curve through (0, 0) and (1, 1), bowed by `power`.
  static func curve(_ power: Double, _ name: String, _ marker: Character, _ role: Role)
    -> PlotSeries
  {
    let points = (0...400).map { step -> PlotSeries.Point in
      let t = Double(step) / 400
      let x = t * t * t
      return PlotSeries.Point(
        x: x, y: 1 - (1 - x.squareRoot().squareRoot()) * power - (1 - power) * (1 - x))
    }
    return PlotSeries(
      points: points, role: role, marker: marker, name: name, figures: "0.\(Int(power * 100))")
  }

  static func roc(log: Bool) -> Plot {
    let scale: PlotScale = log ? .log10(1e-3, 1) : .linear(0, 1)
    var selected = curve(0.9, "error zone", "A", .curve1)
    selected.isSelected = true
    selected.band = selected.points.map {
      .init(x: $0.x, lower: max(0, $0.y - 0.06), upper: min(1, $0.y + 0.06))
    }
    var plot = Plot(
      axes: PlotAxes(
        x: scale, y: .linear(0, 1), xTitle: "false positive rate", yTitle: "true positive rate"),
      series: [selected, curve(0.5, "min-k", "B", .curve2)], guides: [.diagonal])
    if log { plot.shade = Plot.Shade(from: 1e-3, to: 4e-3, label: "no evidence") }
    return plot
  }

  @Test func show() {
    for ascii in [false, true] {
      for log in [false, true] {
        var plot = Self.roc(log: log)
        if log {
          plot.cursor = .init(x: 0.05, y: 0.53, readout: ["FPR 5.0%", "TPR 53.0%", "PPV 0.91"])
        }
        print(
          picture(72, 21, ascii: ascii) { plot.draw(in: $0, on: &$1, look: $2) }.joined(
            separator: "\n"))
      }
    }
    print(
      picture(12, 4) { Self.roc(log: false).draw(in: $0, on: &$1, look: $2) }.joined(
        separator: "\n"))
  }
}
