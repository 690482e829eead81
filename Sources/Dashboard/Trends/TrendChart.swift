import Analysis
import Basics
import ScoringCore

/// What leakage is drawn against.
package enum TrendDirection: String, CaseIterable, Sendable {
  case loss, epoch, size, method, repeats

  var title: String {
    switch self {
    case .loss: "validation loss (left: better)"
    case .epoch: "epochs"
    case .size: "parameters"
    case .method: "method"
    case .repeats: "times a record was repeated"
    }
  }
}

/// How much leaks.
package enum TrendMeasure: String, CaseIterable, Sendable {
  case area, rate, leaks, discoverable

  var title: String {
    switch self {
    case .area: "AUC"
    case .rate: "TPR@1%"
    case .leaks: "leaks per 1,000"
    case .discoverable: "discoverable"
    }
  }

  /// Whether it is of an attack; the others are read off ranks and log-probabilities.
  var isOfAttack: Bool { self == .area || self == .rate }

  /// log2 of the draws within which a suffix is discoverable: about a million.
  static let log2Draws = 20.0

  /// A figure as it is written.
  func shown(_ value: Double) -> String {
    switch self {
    case .area: NumberFormat.fixed(value, 3)
    case .leaks: NumberFormat.fixed(value, 1)
    case .rate, .discoverable: NumberFormat.percent(value)
    }
  }

  func shown(_ interval: Interval?) -> String {
    switch self {
    case .area: interval.map { NumberFormat.interval($0.lower, $0.upper, 3) } ?? ""
    case .leaks: interval.map { NumberFormat.interval($0.lower, $0.upper, 1) } ?? ""
    case .rate, .discoverable: FigureWords.percents(interval)
    }
  }
}

/// Points of runs, in one panel per base and one series per method; never changes.
package final class TrendChart: Sendable {
  package struct Point: Sendable {
    package let run: Int
    package let x: Double
    package let value: Double
    package let interval: Interval?
    /// What the point is called in a table: the run's name, and where it lies.
    package let label: String
  }

  /// Points of one way of training, joined by a line.
  package struct Series: Sendable {
    package let name: String
    package let points: [Point]
  }

  package struct Panel: Sendable {
    package let title: String
    package let series: [Series]
  }

  let key: Key
  /// What was found in the runs, for other screens.
  let found: [LeakAnalysis]
  package let panels: [Panel]
  /// Runs without a place, and why; those of one reason together.
  package let leftOut: [(runs: [String], reason: String)]
  /// Names of the places along a direction that has no numbers.
  package let names: [String]

  /// What a chart is of; two charts of equal keys are the same.
  struct Key: Sendable {
    let direction: TrendDirection
    let measure: TrendMeasure
    let attack: String
    let run: Int
    let analyses: [RunAnalysis?]

    func isSame(as other: Key) -> Bool {
      direction == other.direction && measure == other.measure && attack == other.attack
        && (direction != .repeats || run == other.run)
        && analyses.count == other.analyses.count
        && zip(analyses, other.analyses).allSatisfy { $0 === $1 }
    }
  }

  /// Draws a chart; nil if cancelled.
  ///
  /// - Parameters:
  ///   - key: what it is of.
  ///   - experiment: the runs.
  ///   - known: leaks that need not be looked for again.
  ///   - isCancelled: asked run by run.
  init?(
    _ key: Key, _ experiment: ExperimentSnapshot, known: [LeakAnalysis] = [],
    isCancelled: @Sendable () -> Bool = { false }
  ) {
    self.key = key
    guard let found = Self.leaks(key, known, isCancelled) else { return nil }
    self.found = found
    if key.direction == .repeats {
      let chart = Self.repeats(key, experiment, found)
      (panels, leftOut, names) = (chart.panels, Self.together(chart.leftOut), [])
      return
    }
    var leftOut: [(run: String, reason: String)] = []
    var names: [String] = []
    var points: [Entry] = []
    for (index, analysis) in key.analyses.enumerated() {
      let run = experiment.run(index)
      let value: Figure
      switch Self.figure(analysis, key, found) {
      case .success(let figure): value = figure
      case .failure(let lack):
        leftOut.append((run.name, lack.reason))
        continue
      }
      let x: Double?
      switch key.direction {
      case .loss: x = run.validationLoss
      case .epoch: x = run.epoch
      case .size: x = run.parameters.map { Double($0) }
      case .method, .repeats:
        x = run.method.map { method in
          if !names.contains(method.rawValue) { names.append(method.rawValue) }
          return Double(names.firstIndex(of: method.rawValue) ?? 0)
        }
      }
      guard let x else {
        leftOut.append((run.name, "no \(key.direction.rawValue) in its metadata"))
        continue
      }
      // Sizes are compared across bases; everything else within one.
      let base = key.direction == .size ? "all bases" : run.reference ?? "no reference named"
      let point = Point(
        run: index, x: x, value: value.value, interval: value.interval, label: run.name)
      points.append(
        Entry(
          base: base, method: run.method?.rawValue ?? "other", seed: run.seed ?? 0,
          epoch: run.epoch ?? 0, point: point))
    }
    self.leftOut = Self.together(leftOut)
    self.names = names
    panels = Self.grouped(points)
  }

  private struct Entry {
    var base: String
    var method: String
    var seed: Int
    var epoch: Double
    var point: Point
  }

  /// One series per method and seed, in the order of training where that is not the direction.
  private static func grouped(_ entries: [Entry]) -> [Panel] {
    entries.map(\.base).uniqued.map { base in
      let own = entries.filter { $0.base == base }
      let series = own.map(\.method).uniqued.flatMap { method in
        let ofMethod = own.filter { $0.method == method }
        return ofMethod.map(\.seed).uniqued.map { seed in
          Series(
            name: method,
            points: ofMethod.filter { $0.seed == seed }.sorted {
              ($0.epoch, $0.point.x) < ($1.epoch, $1.point.x)
            }.map(\.point))
        }
      }
      return Panel(title: base, series: series)
    }
  }
}
