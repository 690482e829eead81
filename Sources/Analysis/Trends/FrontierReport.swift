import Basics
import ScoringCore

/// Leakage beside utility: every checkpoint by its validation loss, and which method leaks less
/// where.
///
/// A method's curve is its `LeakageFrontier`.
package struct FrontierReport {
  /// The checkpoints of one setting, over the training seeds.
  package struct Point {
    /// The method, with its model where there are several.
    package let curve: String
    /// Runs that differ in their training seed alone.
    package let runs: [Run]
    /// The mean validation loss, in nats per token.
    package let loss: Double
    /// Its interval over validation texts, where the manifest gives `validation_loss_error`.
    package let lossInterval: ClosedRange<Double>?
    /// The mean figure.
    package let figure: Double
    /// Its interval over sequences.
    package let interval: Interval?
    /// Whether no other point of its method beats it in both.
    package fileprivate(set) var isOnCurve = false
    /// The weight of each run's figure in the mean.
    fileprivate let weights: [Int: Double]
  }

  /// A point set against another method's curve at the point's loss.
  package struct Comparison {
    /// The point's place in `points`.
    package let point: Int
    /// The other curve.
    package let against: String
    /// Its figure at that loss.
    package let there: Double
    /// The point's figure minus that.
    package let difference: PairedFigures.Contrast
    /// Its p-value corrected over all comparisons (Holm).
    package fileprivate(set) var holm: Double
  }

  package let settings: TrendsReport.Settings
  package let shared: SharedRuns
  /// By curve, the lowest loss first.
  package let points: [Point]
  package let comparisons: [Comparison]
  /// How many members and non-members figures are over.
  package let counts: (members: Int, nonMembers: Int)

  package init(
    _ shared: SharedRuns, settings: TrendsReport.Settings
  ) throws(AnalysisError) {
    self.settings = settings
    self.shared = shared
    let found = TrendPoints(shared, settings).points
    guard !found.isEmpty else {
      throw AnalysisError(
        .runsDoNotFit,
        "no run has what the figure needs among the \(shared.count) sequences all runs hold; "
          + "pick runs that go together")
    }
    let figures = PairedFigures(
      found.map(\.figure), kinds: TrendPoints.kinds(shared), clusters: shared.clusters,
      level: settings.level, replicates: settings.replicates, seed: settings.seed)
    counts = (
      found.map(\.figure.count).max() ?? 0, found.map(\.figure.nonMembers).max() ?? 0
    )
    var points = Self.points(found, figures, level: settings.level)
    let names = points.map(\.curve).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var fronts: [String: Curve] = [:]
    for name in names {
      let curve = Curve(points.indices.filter { points[$0].curve == name }, points)
      fronts[name] = curve
      for place in curve.front { points[place].isOnCurve = true }
    }
    self.points = points
    comparisons = Self.compared(points, names, fronts, figures)
  }

  /// The curves, in the order of the points.
  package var curves: [String] {
    points.map(\.curve).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Where two curves were compared: at which points each leaks less, as far as tests tell.
  package func verdict(
    _ first: String, _ second: String
  ) -> (firstLess: Int, secondLess: Int, undecided: Int) {
    var verdict = (firstLess: 0, secondLess: 0, undecided: 0)
    for comparison in comparisons {
      let curve = points[comparison.point].curve
      guard Set([curve, comparison.against]) == [first, second] else { continue }
      if comparison.holm >= 1 - settings.level || comparison.difference.value == 0 {
        verdict.undecided += 1
      } else if (comparison.difference.value < 0) == (curve == first) {
        verdict.firstLess += 1
      } else {
        verdict.secondLess += 1
      }
    }
    return verdict
  }

  /// The lowest loss that a method reaches.
  package func lowestLoss(_ curve: String) -> Double? {
    points.filter { $0.curve == curve }.map(\.loss).min()
  }
}

extension FrontierReport {
  private static func points(
    _ found: [TrendsReport.Point], _ figures: PairedFigures, level: Double
  ) -> [Point] {
    let models = Set(found.map { $0.run.model ?? $0.run.reference ?? "" })
    var groups: [[Int]] = []
    var known: [String: Int] = [:]
    for (place, one) in found.enumerated() {
      let key = one.run.setting
      if let group = known[key] {
        groups[group].append(place)
      } else {
        known[key] = groups.count
        groups.append([place])
      }
    }
    let points = groups.compactMap { group -> Point? in
      let runs = group.map { found[$0].run }
      let losses = runs.compactMap(\.validationLoss)
      guard let first = runs.first, losses.count == runs.count else { return nil }
      let weights = group.reduce(into: [Int: Double]()) { $0[$1] = 1 / Double(group.count) }
      let loss = losses.reduce(0, +) / Double(losses.count)
      let errors = runs.compactMap(Self.lossError)
      // Seeds share the validation texts, so that their mean is hardly surer than one of them.
      let error = errors.count == runs.count ? errors.max() : nil
      let reach = error.map { Normal.twoSidedQuantile(level: level) * $0 }
      let value = weights.reduce(0) { $0 + $1.value * figures.estimates[$1.key].value }
      let method = first.method?.rawValue ?? "unknown method"
      return Point(
        curve: models.count > 1 ? "\(method) on \(first.model ?? first.reference ?? "?")" : method,
        runs: runs, loss: loss, lossInterval: reach.map { (loss - $0)...(loss + $0) },
        figure: value,
        interval: group.count == 1
          ? figures.estimates[group[0]].interval : figures.contrast(weights)?.interval,
        weights: weights)
    }
    let order = points.map(\.curve).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return points.enumerated().sorted { one, two in
      let places = (
        order.firstIndex(of: one.element.curve), order.firstIndex(of: two.element.curve)
      )
      return (places.0 ?? 0, one.element.loss, one.offset)
        < (places.1 ?? 0, two.element.loss, two.offset)
    }.map(\.element)
  }

  /// The standard error of a run's validation loss, where the manifest gives one that can be.
  private static func lossError(_ run: Run) -> Double? {
    let detail = run.details.first { $0.key == "validation_loss_error" }
    guard let detail, let error = Double(detail.value), error >= 0, error.isFinite else {
      return nil
    }
    return error
  }

  /// A curve's figure at a loss, as weights of runs; nil where the method never is as good.
  private static func weights(
    _ curve: Curve, at loss: Double, _ points: [Point]
  ) -> [Int: Double]? {
    curve.frontier.weights(atLoss: loss)?.reduce(into: [:]) { sum, share in
      let place = curve.places[share.key]
      sum.merge(points[place].weights.mapValues { $0 * share.value }) { $0 + $1 }
    }
  }

  private static func compared(
    _ points: [Point], _ names: [String], _ curves: [String: Curve], _ figures: PairedFigures
  ) -> [Comparison] {
    var comparisons: [Comparison] = []
    for name in names {
      for place in curves[name]?.front ?? [] {
        for other in names where other != name {
          guard let curve = curves[other], comparable(points[place], curve, points),
            let there = weights(curve, at: points[place].loss, points)
          else { continue }
          let sum = points[place].weights.merging(there.mapValues { -$0 }) { $0 + $1 }
          guard let difference = figures.contrast(sum) else { continue }
          comparisons.append(
            Comparison(
              point: place, against: other, there: points[place].figure - difference.value,
              difference: difference, holm: difference.pValue))
        }
      }
    }
    let holm = Holm.adjusted(comparisons.map(\.difference.pValue))
    for index in comparisons.indices { comparisons[index].holm = holm[index] }
    return comparisons
  }

  /// Losses and leakage of other base models are other scales.
  private static func comparable(_ point: Point, _ curve: Curve, _ points: [Point]) -> Bool {
    guard let mine = point.runs.first, let place = curve.front.first,
      let theirs = points[place].runs.first
    else { return false }
    return mine.model == theirs.model && mine.reference == theirs.reference
  }
}

/// A method's checkpoints, and which of them are its curve.
private struct Curve {
  /// Places among all points.
  let places: [Int]
  let frontier: LeakageFrontier

  init(_ places: [Int], _ points: [FrontierReport.Point]) {
    self.places = places
    frontier = LeakageFrontier(
      places.map { .init(loss: points[$0].loss, leakage: points[$0].figure) })
  }

  /// The points on the curve, the lowest loss first, as places among all.
  var front: [Int] { frontier.front.map { places[$0] } }
}

extension Run {
  /// What runs that differ in their training seed alone have in common.
  package var setting: String {
    let told = ["learning_rate", "rank", "virtual_tokens", "adapter"]
    let details = details.filter { told.contains($0.key) }.map { "\($0.key)=\($0.value)" }
    let epoch = epoch.map { "\($0)" } ?? name
    return ([method?.rawValue ?? "", model ?? "", reference ?? "", epoch] + details.sorted())
      .joined(separator: "\u{1F}")
  }
}
