import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The plots of an audit that follow a figure along something.
enum AuditPlots {
  /// How many curves one picture holds.
  static let most = 8

  /// The letter of a curve: A to Z, then from the start.
  static func marker(_ number: Int) -> Character {
    Character(Unicode.Scalar(UInt8(0x41 + number % 26)))
  }

  /// A figure along levels that are numbers; nil where a picture would show no line.
  static func trend(_ report: TrendsReport) -> ReportDocument.Figure? {
    let names = report.points.map(\.group).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let groups = names.prefix(most).compactMap { name -> (String, [Place])? in
      let places = zip(report.points, report.figures.estimates).compactMap { point, estimate in
        point.group == name && point.value != nil
          ? Place(
            x: point.value ?? 0, y: estimate.value, lower: estimate.interval?.lower,
            upper: estimate.interval?.upper) : nil
      }.sorted { $0.x < $1.x }
      return places.isEmpty ? nil : (name, places)
    }
    guard Set(groups.flatMap(\.1).map(\.x)).count > 1 else { return nil }
    let all = groups.flatMap(\.1)
    let isLog = report.settings.axis.isDoubling && all.allSatisfy { $0.x > 0 }
    let plot = plot(
      groups, xTitle: report.settings.axis.title, yTitle: report.settings.figure.heading,
      isLog: isLog)
    let more = names.count > most ? " Of \(names.count) groups the first \(most) are drawn." : ""
    let ends = groups.compactMap { name, places -> String? in
      guard let first = places.first, let last = places.last, places.count > 1 else { return nil }
      return "\(name) from \(NumberFormat.fixed(first.y, 3)) to \(NumberFormat.fixed(last.y, 3))"
    }
    return ReportDocument.Figure(
      id: "trend-" + report.settings.axis.rawValue.replacing("_", with: "-"),
      title: "\(report.settings.name) by \(report.settings.axis.title)", plot: plot,
      caption: "Bars are \(NumberFormat.rate(report.settings.level)) intervals; the dashed line is "
        + "guessing. " + (ends.isEmpty ? "" : ends.joined(separator: ", ") + ".") + more)
  }

  /// Leakage beside validation loss; nil where a picture would show no line.
  static func frontier(_ report: FrontierReport) -> ReportDocument.Figure? {
    let groups = report.curves.prefix(most).map { curve in
      (
        curve,
        report.points.filter { $0.curve == curve && $0.isOnCurve }.map {
          Place(x: $0.loss, y: $0.figure, lower: $0.interval?.lower, upper: $0.interval?.upper)
        }.sorted { $0.x < $1.x }
      )
    }
    guard Set(groups.flatMap(\.1).map(\.x)).count > 1 else { return nil }
    let plot = plot(
      groups, xTitle: "validation loss (left: better)",
      yTitle: report.settings.figure.heading, isLog: false)
    let least = groups.compactMap { curve, places in
      places.first.map {
        "\(curve) reaches a loss of \(NumberFormat.fixed($0.x, 3)) at \(NumberFormat.fixed($0.y, 3))"
      }
    }
    return ReportDocument.Figure(
      id: "frontier", title: "Leakage beside utility", plot: plot,
      caption:
        "Lower is better, and so is further left: of two curves the lower one gives away less "
        + "for as much learned. \(least.joined(separator: "; ")). Checkpoints that another of the "
        + "same method beats in both are not drawn.")
  }

  /// A figure at a place, with its interval.
  private struct Place {
    let x: Double
    let y: Double
    let lower: Double?
    let upper: Double?
  }

  private static func plot(
    _ groups: [(String, [Place])], xTitle: String, yTitle: String, isLog: Bool
  ) -> Plot {
    let places = groups.flatMap(\.1)
    let (low, high) = (places.map(\.x).min() ?? 0, places.map(\.x).max() ?? 1)
    let margin = (high - low) * 0.05
    let floor = (places.map { min($0.y, $0.lower ?? $0.y) } + [0.5]).min() ?? 0
    let roof = (places.map { max($0.y, $0.upper ?? $0.y) } + [0.5]).max() ?? 1
    let axes = PlotAxes(
      x: isLog ? .log10(low / 1.15, high * 1.15) : .linear(low - margin, high + margin),
      y: .linear(max(0, (floor * 10).rounded(.down) / 10), min(1, (roof * 10).rounded(.up) / 10)),
      xTitle: xTitle, yTitle: yTitle)
    var plot = Plot(axes: axes, series: [], guides: [.horizontal(0.5)])
    for (number, (name, places)) in groups.enumerated() {
      var series = PlotSeries(
        points: places.map { .init(x: $0.x, y: $0.y) }, shape: .marked,
        role: Role.curves[number % Role.curves.count], marker: marker(number), name: name)
      series.hasErrorBars = true
      series.band = places.compactMap { place in
        guard let lower = place.lower, let upper = place.upper else { return nil }
        return .init(x: place.x, lower: lower, upper: upper)
      }
      plot.series.append(series)
    }
    return plot
  }
}
