import ScoringCore
import TerminalUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A figure along the levels of an experiment, ready to be written.
struct TrendsReport: TabularReport {
  /// What is followed, and how.
  struct Settings {
    var axis: TrendAxis
    var figure: TrendFigure
    var attack: String
    var fpr: Double
    var population: Population
    var level: Double
    var replicates: Int
    var seed: UInt64
  }

  /// A figure at a level.
  struct Point {
    let run: Run
    let group: String
    /// The level as it is shown.
    let name: String
    /// The level as a number; nil where levels are names.
    let value: Double?
    let figure: PairedFigure
  }

  /// A level set against others, where levels are names.
  struct Contrast {
    let subject: String
    let against: String
    let difference: PairedFigures.Contrast
    var holm: Double
    /// The mean validation losses of both sides.
    let losses: (subject: Double?, against: Double?)
  }

  let settings: Settings
  let shared: SharedRuns
  let points: [Point]
  let figures: PairedFigures
  /// Lines and how they compare; nil where levels are names.
  let study: TrendStudy?
  let contrasts: [Contrast]

  init(_ shared: SharedRuns, settings: Settings) throws(CommandFailure) {
    self.settings = settings
    self.shared = shared
    let points = TrendPoints(shared, settings).points
    guard !points.isEmpty else {
      throw CommandFailure(
        .badData,
        "no level has what the figure needs among the \(shared.count) sequences all runs hold; "
          + "pick runs that go together with --run, or see --population all")
    }
    self.points = points
    figures = PairedFigures(
      points.map(\.figure), kinds: TrendPoints.kinds(shared), clusters: shared.clusters,
      level: settings.level, replicates: settings.replicates, seed: settings.seed)
    if settings.axis.isNumeric {
      study = TrendStudy(points.map { Self.place($0, settings) }, figures) {
        TrendPoints.base(of: $0, points, settings.axis)
      }
      contrasts = []
    } else {
      study = nil
      contrasts = Self.contrasts(points, figures, settings.axis)
    }
  }

  private static func contrasts(
    _ points: [Point], _ figures: PairedFigures, _ axis: TrendAxis
  ) -> [Contrast] {
    let sides =
      axis == .family
      ? TrendPoints.againstTheRest(points) : TrendPoints.againstTheBase(points)
    var contrasts = sides.compactMap { side -> Contrast? in
      var weights = side.inside.reduce(into: [:]) { $0[$1] = 1 / Double(side.inside.count) }
      for place in side.outside { weights[place] = -1 / Double(side.outside.count) }
      return figures.contrast(weights).map {
        Contrast(
          subject: side.subject, against: side.against, difference: $0, holm: $0.pValue,
          losses: (meanLoss(side.inside, points), meanLoss(side.outside, points)))
      }
    }
    let holm = Holm.adjusted(contrasts.map(\.difference.pValue))
    for index in contrasts.indices { contrasts[index].holm = holm[index] }
    return contrasts
  }

  /// The mean validation loss of some points; nil if any is unknown.
  static func meanLoss(_ places: [Int], _ points: [Point]) -> Double? {
    let losses = places.compactMap { points[$0].run.validationLoss }
    return losses.isEmpty || losses.count < places.count
      ? nil : losses.reduce(0, +) / Double(losses.count)
  }

  /// Where a point stands on the scale on which lines are straight.
  func place(_ point: Point) -> TrendStudy.Point { Self.place(point, settings) }

  private static func place(_ point: Point, _ settings: Settings) -> TrendStudy.Point {
    TrendStudy.Point(
      group: point.group,
      level: settings.axis.isDoubling ? log2(point.value ?? 1) : point.value ?? 0)
  }
}
