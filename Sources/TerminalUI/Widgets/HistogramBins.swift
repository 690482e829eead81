import Basics

/// Counts of two groups over the same bins, with what lies beyond both ends.
package struct HistogramBins: Hashable, Sendable {
  /// A count for each group.
  package struct Pair: Hashable, Sendable {
    package var first = 0
    package var second = 0
  }

  package let lower: Double
  package let upper: Double
  package private(set) var first: [Int]
  package private(set) var second: [Int]
  /// Values below `lower` and above `upper`, for each group.
  package private(set) var below = Pair()
  package private(set) var above = Pair()
  /// Values that are no numbers.
  package private(set) var undefined = 0

  /// `count` equal bins from `lower` to `upper`.
  package init(lower: Double, upper: Double, count: Int) {
    let scale = PlotScale.linear(lower, upper)
    self.lower = scale.lower
    self.upper = scale.upper
    first = Array(repeating: 0, count: max(1, count))
    second = first
  }

  package mutating func add(_ value: Double, toSecond: Bool) {
    guard !value.isNaN else {
      undefined += 1
      return
    }
    let group = toSecond ? \Pair.second : \Pair.first
    if value < lower {
      below[keyPath: group] += 1
    } else if value > upper {
      above[keyPath: group] += 1
    } else {
      let place = (value - lower) / (upper - lower) * Double(first.count)
      let bin = min(first.count - 1, Int(saturating: place))
      if toSecond { second[bin] += 1 } else { first[bin] += 1 }
    }
  }

  package var totals: Pair {
    Pair(
      first: first.reduce(below.first + above.first, +),
      second: second.reduce(below.second + above.second, +))
  }

  /// One bar's share of its group, ends included: [≤] bins [≥], ends only where something lies.
  struct Bar: Hashable {
    enum Kind: Hashable { case below, bin(Int), above }
    let kind: Kind
    let first: Double
    let second: Double
  }

  var bars: [Bar] {
    let totals = totals
    func bar(_ kind: Bar.Kind, _ a: Int, _ b: Int) -> Bar {
      Bar(
        kind: kind, first: Double(a) / Double(max(1, totals.first)),
        second: Double(b) / Double(max(1, totals.second)))
    }
    var bars = first.indices.map { bar(.bin($0), first[$0], second[$0]) }
    if below.first + below.second > 0 { bars.insert(bar(.below, below.first, below.second), at: 0) }
    if above.first + above.second > 0 { bars.append(bar(.above, above.first, above.second)) }
    return bars
  }
}
