import Basics

/// A seeded split of sequences into two halves: one to choose on, one to report on.
///
/// Members, non-members and sequences of unknown label are halved each by themselves; sequences
/// of one cluster, such as the chunks of a document, stay together.
public enum HoldoutSplit {
  /// Which rows are in the first half.
  ///
  /// - Parameters:
  ///   - labels: one label per row.
  ///   - clusters: one id per row; nil splits row by row.
  ///   - seed: names the split.
  public static func firstHalf(
    of labels: [Label], clusters: [Int]? = nil, seed: UInt64
  ) -> [Bool] {
    var generator = Xoshiro256(seed: seed, replicate: 0)
    var result = [Bool](repeating: false, count: labels.count)
    if let clusters {
      var rows: [Int: [Int]] = [:]
      var ids: [Int] = []
      for row in labels.indices {
        if rows[clusters[row]] == nil { ids.append(clusters[row]) }
        rows[clusters[row], default: []].append(row)
      }
      // A cluster of several classes is halved with those of the same mixture.
      var mixtures: [Set<Label>: [Int]] = [:]
      for id in ids { mixtures[Set((rows[id] ?? []).map { labels[$0] }), default: []].append(id) }
      let names = mixtures.keys.sorted { Self.name($0) < Self.name($1) }
      for name in names {
        for id in half(of: mixtures[name] ?? [], &generator) {
          for row in rows[id] ?? [] { result[row] = true }
        }
      }
      return result
    }
    for label in Label.allCases {
      let same = labels.indices.filter { labels[$0] == label }
      for row in half(of: same, &generator) { result[row] = true }
    }
    return result
  }

  private static func name(_ mixture: Set<Label>) -> Int {
    mixture.reduce(0) { $0 + (1 << Int($1.rawValue + 1)) }
  }

  private static func half(of items: [Int], _ generator: inout Xoshiro256) -> ArraySlice<Int> {
    var items = items
    for place in 0..<items.count / 2 {
      let left = UInt64(items.count - place)
      items.swapAt(place, place + Int(generator.next().multipliedFullWidth(by: left).high))
    }
    return items.prefix(items.count / 2)
  }
}
