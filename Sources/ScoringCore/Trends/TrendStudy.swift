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
    /// The change a unit of level; nil with fewer than two levels.
    public let slope: PairedFigures.Contrast?
    /// How far the figures scatter about the line, in units of their own uncertainty.
    ///
    /// Known with three levels or more. Far above 1, they do not lie on a line, or training differs
    /// by more than sequences do.
    public let scatter: Double?
  }

  /// A group against another.
  public struct Comparison: Sendable {
    /// What was compared.
    public enum Kind: Hashable, Sendable {
      /// Slopes: do both change alike with the level?
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
    /// The group minus the base.
    public let difference: PairedFigures.Contrast
    /// Its p-value corrected over all comparisons of the study (Holm).
    public fileprivate(set) var holm: Double
  }

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
    func comparison(_ kind: Comparison.Kind, _ weights: [Int: Double]) -> Comparison? {
      figures.contrast(weights).map {
        Comparison(group: group.name, base: base.name, kind: kind, difference: $0, holm: $0.pValue)
      }
    }
    let (mine, theirs) = (group.line(points), base.line(points))
    if let mine, let theirs {
      let weights = group.weights(mine.slope).merging(base.weights(theirs.slope.map { -$0 })) {
        $0 + $1
      }
      return [comparison(.slopes, weights)].compactMap { $0 }
    }
    guard comparesLevels else { return [] }
    // A group with one level: against the base at that level, or else against its line.
    let levels = Set(group.points.map { points[$0].level }).sorted()
    return levels.compactMap { level in
      var weights = group.mean(at: level, points)
      func subtract(_ others: [Int: Double]) { weights.merge(others.mapValues { -$0 }) { $0 + $1 } }
      let same = base.mean(at: level, points)
      if !same.isEmpty {
        subtract(same)
        return comparison(.sameLevel(level), weights)
      }
      guard mine == nil, let theirs else { return nil }
      if theirs.spans(level) {
        subtract(base.weights(theirs.height(at: level)))
        return comparison(.line(level), weights)
      }
      // A line drawn on would soon leave the range that a figure can have.
      let nearest = base.points.map { points[$0].level }.min { abs($0 - level) < abs($1 - level) }
      guard let nearest else { return nil }
      subtract(base.mean(at: nearest, points))
      return comparison(.nearestLevel(level, against: nearest), weights)
    }
  }
}

extension TrendStudy.Group {
  fileprivate init(
    _ name: String, _ places: [Int], _ points: [TrendStudy.Point], _ figures: PairedFigures
  ) {
    self.name = name
    self.points = places
    let line = TrendLine(levels: places.map { points[$0].level })
    slope = line.flatMap { line in
      figures.contrast(Dictionary(uniqueKeysWithValues: zip(places, line.slope)))
    }
    let fit = Trend(
      places.map {
        Trend.Point(
          x: points[$0].level, y: figures.estimates[$0].value,
          standardError: figures.estimates[$0].standardError)
      })
    scatter = fit?.dispersion.map { $0.squareRoot() }
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
