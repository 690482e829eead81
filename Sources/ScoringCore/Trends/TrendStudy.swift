import Basics

/// How a figure changes with a level, in groups of runs, and whether groups change alike.
public struct TrendStudy: Sendable {
  /// What a figure belongs to.
  public struct Point: Hashable, Sendable {
    /// The group, such as a method on a model.
    public var group: String
    /// The level, on the scale the line is straight on.
    public var level: Double

    /// Places a figure.
    public init(group: String, level: Double) {
      self.group = group
      self.level = level
    }
  }

  /// One group's line.
  public struct Group: Sendable {
    /// The group.
    public let name: String
    /// Its figures, by their place in the study.
    public let points: [Int]
    /// The change a unit of level; nil with fewer than two levels, and where the figures do not lie
    /// on a line: a scatter above `TrendStudy.mostScatter`.
    public let slope: PairedFigures.Contrast?
    /// How far the figures scatter about the line, in units of their own uncertainty.
    ///
    /// Known with three levels or more. Far above 1, they do not lie on a line, or training differs
    /// by more than sequences do.
    public let scatter: Double?

    /// Whether the figures lie too far off a line for a slope to mean anything.
    public var isOffLine: Bool { (scatter ?? 0) > TrendStudy.mostScatter }
  }

  /// A group against another.
  public struct Comparison: Sendable {
    /// What was compared.
    public enum Kind: Hashable, Sendable {
      /// Slopes over the levels both have: do both change alike with the level?
      case slopes
      /// Figures at a level both have.
      case sameLevel(Double)
      /// The figure of a group with one level against the other's line there.
      case line(Double)
      /// The same where the other's line does not reach: against its figures at its nearest level.
      case nearestLevel(Double, against: Double)
    }

    /// The group.
    public let group: String
    /// The one it is compared with.
    public let base: String
    /// What was compared.
    public let kind: Kind
    /// The levels that took part: of slopes those that both have, otherwise the group's own.
    public let levels: [Double]
    /// The group minus the base.
    public let difference: PairedFigures.Contrast
    /// Its p-value corrected over all comparisons of the study (Holm).
    public fileprivate(set) var holm: Double
  }

  /// How far figures may scatter about a line, in units of their own uncertainty, for a slope to be
  /// shown and compared.
  public static let mostScatter = 2.0

  /// The groups, in order of first appearance.
  public let groups: [Group]
  /// Every group with a base that it can be compared with.
  public let comparisons: [Comparison]

  /// What a group is compared with.
  public struct Base: Hashable, Sendable {
    /// The other group.
    public var group: String
    /// Whether the two differ in nothing but what is studied, so that figures compare.
    ///
    /// Otherwise only slopes are compared.
    public var comparesLevels: Bool

    /// Names a base.
    public init(group: String, comparesLevels: Bool = true) {
      self.group = group
      self.comparesLevels = comparesLevels
    }
  }

  /// Fits a line in each group and compares each with its base.
  ///
  /// Lines are compared over the levels that both have, since one that bends has another slope
  /// elsewhere; where either does not fit, or both share one level, the figures are compared level by
  /// level. A group with one level that the base lacks is set against the base's line, or against its
  /// nearest level where the line does not reach or does not fit.
  ///
  /// - Parameters:
  ///   - points: where each figure stands, one a figure.
  ///   - figures: the figures.
  ///   - base: the group that a group is compared with, if any.
  public init(_ points: [Point], _ figures: PairedFigures, base: (String) -> Base?) {
    precondition(points.count == figures.figures.count, "one point a figure")
    var names: [String] = []
    for point in points where !names.contains(point.group) { names.append(point.group) }
    groups = names.map { name in
      Group(name, points.indices.filter { points[$0].group == name }, points, figures)
    }
    var comparisons: [Comparison] = []
    for group in groups {
      guard let base = base(group.name), base.group != group.name,
        let other = groups.first(where: { $0.name == base.group })
      else { continue }
      comparisons += Self.compared(
        group, other, comparesLevels: base.comparesLevels, points, figures)
    }
    let holm = Holm.adjusted(comparisons.map(\.difference.pValue))
    for index in comparisons.indices { comparisons[index].holm = holm[index] }
    self.comparisons = comparisons
  }

  private static func compared(
    _ group: Group, _ base: Group, comparesLevels: Bool, _ points: [Point], _ figures: PairedFigures
  ) -> [Comparison] {
    func comparison(
      _ kind: Comparison.Kind, _ levels: [Double], _ weights: [Int: Double]
    ) -> Comparison? {
      figures.contrast(weights).map {
        Comparison(
          group: group.name, base: base.name, kind: kind, levels: levels, difference: $0,
          holm: $0.pValue)
      }
    }
    let (mine, theirs) = (group.levels(points), base.levels(points))
    let shared = mine.filter(theirs.contains)
    if shared.count >= 2 {
      let (one, other) = (
        group.part(at: shared, points, figures), base.part(at: shared, points, figures)
      )
      if let one, let other {
        let weights = one.merging(other.mapValues { -$0 }) { $0 + $1 }
        return [comparison(.slopes, shared, weights)].compactMap { $0 }
      }
    }
    guard comparesLevels else { return [] }
    func difference(at level: Double) -> Comparison? {
      var weights = group.mean(at: level, points)
      func subtract(_ others: [Int: Double]) { weights.merge(others.mapValues { -$0 }) { $0 + $1 } }
      if shared.contains(level) {
        subtract(base.mean(at: level, points))
        return comparison(.sameLevel(level), [level], weights)
      }
      if let line = base.line(points), base.slope != nil, line.spans(level) {
        subtract(base.weights(line.height(at: level)))
        return comparison(.line(level), [level], weights)
      }
      // A line drawn on would soon leave the range that a figure can have.
      guard let nearest = theirs.min(by: { abs($0 - level) < abs($1 - level) }) else { return nil }
      subtract(base.mean(at: nearest, points))
      return comparison(.nearestLevel(level, against: nearest), [level], weights)
    }
    return (shared.isEmpty ? (mine.count == 1 ? mine : []) : shared).compactMap(difference)
  }
}

extension TrendStudy.Group {
  fileprivate init(
    _ name: String, _ places: [Int], _ points: [TrendStudy.Point], _ figures: PairedFigures
  ) {
    self.name = name
    self.points = places
    let scatter = Self.scatter(places, points, figures)
    self.scatter = scatter
    let line = TrendLine(levels: places.map { points[$0].level })
    slope = line.flatMap { line in
      (scatter ?? 0) > TrendStudy.mostScatter
        ? nil : figures.contrast(Dictionary(uniqueKeysWithValues: zip(places, line.slope)))
    }
  }

  private static func scatter(
    _ places: [Int], _ points: [TrendStudy.Point], _ figures: PairedFigures
  ) -> Double? {
    let fit = Trend(
      places.map {
        Trend.Point(
          x: points[$0].level, y: figures.estimates[$0].value,
          standardError: figures.estimates[$0].standardError)
      })
    return fit?.dispersion.map { $0.squareRoot() }
  }

  /// Its levels, each once, in order.
  fileprivate func levels(_ points: [TrendStudy.Point]) -> [Double] {
    Set(self.points.map { points[$0].level }).sorted()
  }

  /// The weights of its slope over some of its levels; nil where its figures there are on no line.
  fileprivate func part(
    at levels: [Double], _ points: [TrendStudy.Point], _ figures: PairedFigures
  ) -> [Int: Double]? {
    let places = self.points.filter { levels.contains(points[$0].level) }
    guard let line = TrendLine(levels: places.map { points[$0].level }),
      (Self.scatter(places, points, figures) ?? 0) <= TrendStudy.mostScatter
    else { return nil }
    return Dictionary(uniqueKeysWithValues: zip(places, line.slope))
  }

  fileprivate func line(_ points: [TrendStudy.Point]) -> TrendLine? {
    TrendLine(levels: self.points.map { points[$0].level })
  }

  /// The weights of its figures in their mean at a level; none if it has no such level.
  fileprivate func mean(at level: Double, _ points: [TrendStudy.Point]) -> [Int: Double] {
    let places = self.points.filter { points[$0].level == level }
    return places.reduce(into: [:]) { $0[$1] = 1 / Double(places.count) }
  }

  fileprivate func weights(_ values: [Double]) -> [Int: Double] {
    Dictionary(uniqueKeysWithValues: zip(points, values))
  }
}
