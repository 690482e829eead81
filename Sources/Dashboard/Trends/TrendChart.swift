import Analysis
import Basics
import ScoringCore

/// What leakage is drawn against.
package enum TrendDirection: String, CaseIterable, Sendable {
  case loss, epoch, size, method, repeats

  var title: String {
    switch self {
    case .loss: "validation loss (left: learned more)"
    case .epoch: "epochs"
    case .size: "parameters"
    case .method: "method"
    case .repeats: "times a record was repeated"
    }
  }
}

/// How much leaks.
package enum TrendMeasure: String, CaseIterable, Sendable {
  case area, rate

  var title: String { self == .area ? "AUC" : "TPR@1%" }
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
  package let panels: [Panel]
  /// Runs without a place, and why.
  package let leftOut: [String]
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

  init(_ key: Key, _ experiment: ExperimentSnapshot) {
    self.key = key
    if key.direction == .repeats {
      (panels, leftOut, names) = Self.repeats(key, experiment)
      return
    }
    var leftOut: [String] = []
    var names: [String] = []
    var points: [Entry] = []
    for (index, analysis) in key.analyses.enumerated() {
      let run = experiment.run(index)
      guard let analysis, let column = analysis.attackIndex(key.attack),
        let found = Self.value(analysis.attacks[column].evaluation, key.measure)
      else {
        leftOut.append("\(run.name): no \(key.measure.title) by \(key.attack)")
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
        leftOut.append("\(run.name): no \(key.direction.rawValue) in its metadata")
        continue
      }
      // Sizes are compared across bases; everything else within one.
      let base = key.direction == .size ? "all bases" : run.reference ?? "no reference named"
      let point = Point(
        run: index, x: x, value: found.value, interval: found.interval, label: run.name)
      points.append(
        Entry(
          base: base, method: run.method?.rawValue ?? "other", seed: run.seed ?? 0,
          epoch: run.epoch ?? 0, point: point))
    }
    self.leftOut = leftOut
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

  private static func value(
    _ evaluation: AttackEvaluation, _ measure: TrendMeasure
  ) -> (value: Double, interval: Interval?)? {
    switch measure {
    case .area: return evaluation.auc.map { ($0.auc, $0.interval) }
    case .rate:
      return evaluation.points.first {
        $0.point.fpr == 0.01 && $0.point.resolution != .notResolvable
      }
      .map { ($0.point.tpr, $0.interval) }
    }
  }

  /// Members by how often they were repeated, against all primary non-members, in the run looked at
  /// and in the others of its base with the same epoch.
  private static func repeats(
    _ key: Key, _ experiment: ExperimentSnapshot
  ) -> ([Panel], [String], [String]) {
    let here = experiment.run(key.run)
    var leftOut: [String] = []
    var series: [Series] = []
    for (index, analysis) in key.analyses.enumerated() {
      let run = experiment.run(index)
      guard run.reference == here.reference, run.epoch == here.epoch else { continue }
      guard let analysis, let column = analysis.attackIndex(key.attack),
        let repeats = analysis.metadata.column("duplicates")
      else {
        leftOut.append("\(run.name): its sequences do not say how often they were repeated")
        continue
      }
      let points = repeatPoints(analysis, column: column, repeats, key.measure).map { level in
        Point(
          run: index, x: level.times, value: level.value, interval: level.interval,
          label: "\(run.name) \(NumberFormat.plain(level.times)) times (\(level.count))")
      }
      if points.count > 1 { series.append(Series(name: run.name, points: points)) }
    }
    let panel = Panel(title: here.reference ?? here.name, series: series)
    return (series.isEmpty ? [] : [panel], leftOut, [])
  }

  private static func repeatPoints(
    _ analysis: RunAnalysis, column: Int, _ repeats: Metadata.Column, _ measure: TrendMeasure
  ) -> [(times: Double, value: Double, interval: Interval?, count: Int)] {
    let scores = analysis.scores.columns[column]
    let labels = analysis.scores.labels
    // Repeated records are mostly left out of headline figures; here they are what is asked about.
    let levels = Set(
      labels.indices.filter { labels[$0] == .member }.compactMap { row in
        repeats.value(row).flatMap { Double($0) }
      }
    ).sorted()
    return levels.compactMap { level in
      let wanted = labels.indices.map { row -> Label in
        switch labels[row] {
        case .member: repeats.value(row).flatMap { Double($0) } == level ? .member : .unknown
        case .nonMember: analysis.isPrimary[row] ? .nonMember : .unknown
        case .unknown: .unknown
        }
      }
      let ranking = Ranking(values: scores.values, statuses: scores.statuses, labels: wanted)
      guard ranking.memberCount >= 5 else { return nil }
      switch measure {
      case .area:
        return DeLong.estimate(ranking).map { (level, $0.auc, $0.interval, ranking.memberCount) }
      case .rate:
        guard let point = ROC(ranking)?.operatingPoint(fpr: 0.01) else { return nil }
        return (level, point.tpr, point.tprInterval(), ranking.memberCount)
      }
    }
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of first appearance.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
