import ScoringCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A figure along the levels of an experiment, ready to be written.
package struct TrendsReport {
  /// What is followed, and how.
  package struct Settings {
    package var axis: TrendAxis
    package var figure: TrendFigure
    package var attack: String
    package var fpr: Double
    package var population: Population
    package var level: Double
    package var replicates: Int
    package var seed: UInt64
    /// Whether figures are followed along the validation loss, a curve for each method.
    package var isAgainstLoss: Bool
    /// What counts as a leak.
    package var leaks = LeakSettings()
    /// Which suffix is to be discovered, and how.
    package var windows = ExtractionSettings()
    /// log2 of the draws within which it is.
    package var log2Draws = 20.0

    package init(
      axis: TrendAxis, figure: TrendFigure, attack: String, fpr: Double, population: Population,
      level: Double, replicates: Int, seed: UInt64, isAgainstLoss: Bool = false
    ) {
      self.isAgainstLoss = isAgainstLoss
      self.axis = axis
      self.figure = figure
      self.attack = attack
      self.fpr = fpr
      self.population = population
      self.level = level
      self.replicates = replicates
      self.seed = seed
    }
  }

  /// A figure at a level.
  package struct Point {
    package let run: Run
    package let group: String
    /// The level as it is shown.
    package let name: String
    /// The level as a number; nil where levels are names.
    package let value: Double?
    package let figure: PairedFigure
    /// The figure over all sequences of its run; nil where there are no others than the shared ones.
    package var own: SharedRuns.Own?
  }

  /// A level set against others, where levels are names.
  package struct Contrast {
    package let subject: String
    package let against: String
    package let difference: PairedFigures.Contrast
    package var holm: Double
    /// The mean validation losses of both sides.
    package let losses: (subject: Double?, against: Double?)
  }

  package let settings: Settings
  package let shared: SharedRuns
  package let points: [Point]
  package let figures: PairedFigures
  /// Lines and how they compare; nil where levels are names.
  package let study: TrendStudy?
  package let contrasts: [Contrast]

  package init(_ shared: SharedRuns, settings: Settings) throws(AnalysisError) {
    self.settings = settings
    self.shared = shared
    let points = TrendPoints(shared, settings).points
    guard !points.isEmpty else {
      throw AnalysisError(
        .runsDoNotFit,
        "no level has what the figure needs among the \(shared.count) sequences all runs hold; "
          + "pick runs that go together")
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
  package static func meanLoss(_ places: [Int], _ points: [Point]) -> Double? {
    let losses = places.compactMap { points[$0].run.validationLoss }
    return losses.isEmpty || losses.count < places.count
      ? nil : losses.reduce(0, +) / Double(losses.count)
  }

  /// Where a point stands on the scale on which lines are straight.
  package func place(_ point: Point) -> TrendStudy.Point { Self.place(point, settings) }

  private static func place(_ point: Point, _ settings: Settings) -> TrendStudy.Point {
    TrendStudy.Point(
      group: point.group,
      level: settings.axis.isDoubling ? log2(point.value ?? 1) : point.value ?? 0)
  }
}
