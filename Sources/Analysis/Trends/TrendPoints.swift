import Basics
import ScoringCore

/// Which figures a trend has, and which are set against which.
package struct TrendPoints {
  package let points: [TrendsReport.Point]

  package init(_ shared: SharedRuns, _ settings: TrendsReport.Settings) {
    let axis = settings.axis
    var points: [TrendsReport.Point] = []
    for column in shared.columns {
      for level in Self.levels(column.run, shared, axis) {
        let figure = Self.figure(column, level.rows, shared, settings)
        if let figure {
          points.append(
            TrendsReport.Point(
              run: column.run, group: Self.group(column.run, axis), name: level.name,
              value: level.value, figure: figure, own: column.own))
        }
      }
    }
    let order = points.indices.sorted {
      (Self.rank(points[$0]), points[$0].group, points[$0].order, $0)
        < (Self.rank(points[$1]), points[$1].group, points[$1].order, $1)
    }
    self.points = axis.isSlice ? points : order.map { points[$0] }
  }

  /// Full fine-tuning first, then the manifest's methods as they are listed in their definition.
  private static func rank(_ point: TrendsReport.Point) -> Int {
    point.run.method.flatMap { FineTuningMethod.allCases.firstIndex(of: $0) } ?? Int.max
  }

  private typealias Level = (name: String, value: Double?, rows: [Int])

  private static func levels(_ run: Run, _ shared: SharedRuns, _ axis: TrendAxis) -> [Level] {
    let primary = (0..<shared.count).filter { shared.isPrimary[$0] }
    switch axis {
    case .epoch: return [(NumberFormat.plain(run.epoch ?? 0), run.epoch, primary)]
    case .modelParameters:
      let parameters = run.parameters ?? 0
      return [(NumberFormat.compact(parameters), Double(parameters), primary)]
    case .method: return [(run.method?.rawValue ?? "", nil, primary)]
    case .methodFamily: return [(run.method?.family.rawValue ?? "", nil, primary)]
    case .duplicates:
      // Repeated records are seldom primary: all but canaries, whose template is learned, count.
      let rows = (0..<shared.count).filter { !shared.isCanary[$0] }
      let nonMembers = rows.filter { shared.labels[$0] == .nonMember }
      return values(rows.filter { shared.labels[$0] == .member }, shared).compactMap { level in
        guard let repeats = Double(level.name), repeats > 0 else { return nil }
        return (level.name, repeats, level.rows + nonMembers)
      }
    case .family: return values(primary, shared)
    }
  }

  private static func values(_ rows: [Int], _ shared: SharedRuns) -> [Level] {
    let byValue = Dictionary(grouping: rows.filter { shared.slice[$0] != nil }) {
      shared.slice[$0] ?? ""
    }
    return byValue.sorted { DecodingReport.comesBefore($0.key, $1.key) }.map {
      ($0.key, nil, $0.value)
    }
  }

  private static func figure(
    _ column: SharedRuns.Column, _ rows: [Int], _ shared: SharedRuns,
    _ settings: TrendsReport.Settings
  ) -> PairedFigure? {
    let members = rows.filter { shared.labels[$0] == .member }
    switch settings.figure {
    case .auc: return PairedFigure(scores: column.scores, labels: shared.labels, rows: rows)
    case .tpr:
      // The threshold is that of all primary non-members: one threshold serves all families.
      let others = (0..<shared.count).filter {
        shared.labels[$0] == .nonMember && shared.isPrimary[$0] && !shared.isCanary[$0]
      }
      return PairedFigure(
        scores: column.scores, labels: shared.labels, rows: members + others, fpr: settings.fpr)
    case .leaks: return PairedFigure(events: column.values, rows: members, per: 1000)
    case .discoverable:
      return PairedFigure(
        property: column.values.map { $0 == 1 },
        rows: members.filter { !column.values[$0].isNaN })
    case .verbatim, .nearVerbatim:
      return PairedFigure(property: column.values.map { $0 == 1 }, rows: members)
    case .rougeL: return PairedFigure(values: column.values, rows: members)
    }
  }

  /// What resamples keep the numbers of: labels, and levels within them.
  package static func kinds(_ shared: SharedRuns) -> [Int] {
    var numbers: [String: Int] = [:]
    return (0..<shared.count).map { row in
      let key =
        "\(shared.labels[row].rawValue) \(shared.isPrimary[row]) \(shared.isCanary[row]) "
        + (shared.slice[row] ?? "")
      let next = numbers.count
      numbers[key] = numbers[key] ?? next
      return numbers[key] ?? next
    }
  }
}

extension TrendsReport.Point {
  /// Levels in order; runs of one level by epoch.
  fileprivate var order: Double { value ?? run.epoch ?? 0 }
}

// MARK: Groups and what they are set against

extension TrendPoints {
  /// The runs that differ in nothing but the level, as far as the manifest tells.
  private static func group(_ run: Run, _ axis: TrendAxis) -> String {
    let method = run.method?.rawValue ?? "unknown method"
    let model = run.model ?? run.reference
    switch axis {
    case .epoch: return method + (model.map { " on \($0)" } ?? "")
    case .modelParameters:
      return method + (run.epoch.map { " at epoch \(NumberFormat.plain($0))" } ?? "")
    case .method, .methodFamily: return model.map { "on \($0)" } ?? ""
    case .duplicates, .family: return run.name
    }
  }

  /// Full fine-tuning of the same model (or for as many epochs), or else the first group with a line.
  package static func base(
    of group: String, _ points: [TrendsReport.Point], _ axis: TrendAxis
  ) -> TrendStudy.Base? {
    guard let own = points.first(where: { $0.group == group }) else { return nil }
    let full = points.first { $0.run.method == .full && isAlike($0.run, own.run, axis) }
    if let name = full?.group, name != group { return TrendStudy.Base(group: name) }
    let first = points.first { point in
      points.contains { $0.group == point.group && $0.value != point.value }
    }
    guard let first, first.group != group else { return nil }
    return TrendStudy.Base(group: first.group, comparesLevels: axis.isSlice)
  }

  private static func isAlike(_ left: Run, _ right: Run, _ axis: TrendAxis) -> Bool {
    switch axis {
    case .modelParameters: left.epoch == right.epoch
    default: left.model == right.model
    }
  }

  /// Figures set against others.
  package struct Sides {
    package let subject: String
    package let against: String
    package let inside: [Int]
    package let outside: [Int]
  }

  /// Each level against the mean of the other levels of its run.
  package static func againstTheRest(_ points: [TrendsReport.Point]) -> [Sides] {
    points.indices.compactMap { place in
      let rest = points.indices.filter {
        $0 != place && points[$0].group == points[place].group
      }
      guard !rest.isEmpty else { return nil }
      return Sides(
        subject: "\(points[place].group), \(points[place].name)", against: "the other levels",
        inside: [place], outside: rest)
    }
  }

  /// Each level against the first on the same model, by the runs of the nearest epochs.
  package static func againstTheBase(_ points: [TrendsReport.Point]) -> [Sides] {
    var sides: [Sides] = []
    for (place, point) in points.enumerated() {
      let isFirst = !points[..<place].contains {
        $0.group == point.group && $0.name == point.name
      }
      let ofModel = points.indices.filter { points[$0].group == point.group }
      guard isFirst, let base = ofModel.first.map({ points[$0].name }), base != point.name else {
        continue
      }
      let inside = ofModel.filter { points[$0].name == point.name }
      let all = ofModel.filter { points[$0].name == base }
      let outside = nearest(all, to: inside.compactMap { points[$0].run.epoch }, points)
      func words(_ name: String, _ places: [Int]) -> String {
        "\(name) (\(places.map { points[$0].run.name }.joined(separator: ", ")))"
      }
      sides.append(
        Sides(
          subject: words(point.name, inside), against: words(base, outside), inside: inside,
          outside: outside))
    }
    return sides
  }

  /// Those whose epoch is the nearest to any of some epochs; all where epochs are not known.
  private static func nearest(
    _ places: [Int], to epochs: [Double], _ points: [TrendsReport.Point]
  ) -> [Int] {
    let found = epochs.flatMap { epoch -> [Int] in
      let distances = places.map { place in
        points[place].run.epoch.map { abs($0 - epoch) } ?? .infinity
      }
      guard let least = distances.min(), least.isFinite else { return [] }
      return zip(places, distances).filter { $0.1 == least }.map(\.0)
    }
    return found.isEmpty ? places : Set(found).sorted()
  }
}
