import Basics

/// Sequences that are versions of one record, and so take nothing from one another.
///
/// A version is a copy, a part of the same document, or a near duplicate, such as the record with
/// another date: the two share so many of the n-grams that either has (Jaccard's index). Near
/// duplicates of the sequences asked about are found through a quarter of their n-grams, chosen by
/// hash: who holds a third of those is compared exactly. N-grams that more than `mostHolders`
/// sequences have are passed over, so that the work is bounded; a text that so many nearly repeat is a
/// template, which is common property.
struct RecordVersions {
  /// The most holders of an n-gram that are looked at.
  static let mostHolders: UInt8 = 16

  /// For each sequence the number that its versions share; nil if there are no versions of any.
  let groups: SharedNgrams.Groups?
  /// Sequences that nearly repeat one of those asked about, and are no copies of it.
  let nearCount: Int

  /// Finds the versions of some sequences.
  ///
  /// - Parameters:
  ///   - rows: the sequences asked about.
  ///   - shared: their n-grams.
  ///   - sightings: who holds which of them.
  ///   - table: all sequences.
  ///   - clusters: one id a sequence; those of one id are versions of one record.
  ///   - settings: from which share of n-grams on two sequences are versions.
  ///   - threads: how many cores to use.
  init(
    of rows: [Int], _ shared: SharedNgrams, _ sightings: SharedNgrams.Sightings,
    in table: EvidenceTable, clusters: [Int]?, _ settings: LeakSettings, threads: Int
  ) {
    let holders = Holders(sightings.held, keys: shared.capacity)
    let near = parallelParts(count: rows.count, threads: threads) { part in
      part.flatMap { place -> [(Int32, Int32)] in
        let row = rows[place]
        return Self.near(row, shared, holders, table, settings.versionShare)
          .map { (Int32(row), $0) }
      }
    }
    let copied = Set(sightings.copies.flatMap { [$0.row, $0.of] })
    nearCount = Set(near.map(\.1)).subtracting(copied).count
    guard !near.isEmpty || !sightings.copies.isEmpty else {
      groups = clusters.map { Self.documents($0) }
      return
    }
    var union = DisjointSets(table.count)
    for (row, other) in near { union.join(row, other) }
    for (row, first) in sightings.copies { union.join(row, first) }
    if let clusters {
      for (row, first) in Self.documents(clusters).enumerated() { union.join(Int32(row), first) }
    }
    groups = union.numbers
  }

  /// For each sequence the first of its document.
  static func documents(_ clusters: [Int]) -> SharedNgrams.Groups {
    var first: [Int: Int32] = [:]
    return clusters.indices.map { row in
      let number = first[clusters[row], default: Int32(row)]
      first[clusters[row]] = number
      return number
    }
  }

  /// The sequences that nearly repeat one.
  private static func near(
    _ row: Int, _ shared: SharedNgrams, _ holders: Holders, _ table: EvidenceTable, _ share: Double
  ) -> [Int32] {
    var (counts, usable) = ([Int32: Int](), 0)
    for hash in grams(row, shared, table, where: SharedNgrams.tellsVersions) {
      guard let key = shared.key(of: hash) else { continue }
      let rows = holders[key]
      guard rows.count <= Int(mostHolders) else { continue }
      usable += 1
      var before: Int32 = -1
      // Within an n-gram's holders a sequence that has it twice stands there twice in a row.
      for other in rows where other != before {
        before = other
        if other != row { counts[other, default: 0] += 1 }
      }
    }
    let alike = counts.filter { 3 * $0.value >= usable }.keys
    guard !alike.isEmpty else { return [] }
    let own = grams(row, shared, table)
    return alike.filter { similarity(own, grams(Int($0), shared, table)) >= share }
  }

  /// A sequence's n-grams, each once, in order of hash; those wanted.
  private static func grams(
    _ row: Int, _ shared: SharedNgrams, _ table: EvidenceTable,
    where isWanted: (UInt64) -> Bool = { _ in true }
  ) -> [UInt64] {
    let (chunk, index) = table.locate(row)
    guard let tokens = chunk.sequence(index).tokenIDs else { return [] }
    let sorted = shared.hashes(tokens).filter(isWanted).sorted()
    return sorted.indices.compactMap { place in
      place > 0 && sorted[place - 1] == sorted[place] ? nil : sorted[place]
    }
  }

  /// The share of n-grams that two sequences have in common, of those that either has.
  private static func similarity(_ one: [UInt64], _ two: [UInt64]) -> Double {
    var (left, right, common) = (0, 0, 0)
    while left < one.count, right < two.count {
      if one[left] == two[right] { common += 1 }
      let (a, b) = (one[left], two[right])
      if a <= b { left += 1 }
      if b <= a { right += 1 }
    }
    let all = one.count + two.count - common
    return all == 0 ? 0 : Double(common) / Double(all)
  }
}

/// The sequences that hold each n-gram.
private struct Holders {
  private var starts: [Int]
  private var rows: [Int32]

  init(_ held: [(key: UInt32, row: Int32)], keys: Int) {
    starts = [Int](repeating: 0, count: keys + 1)
    rows = [Int32](repeating: 0, count: held.count)
    for entry in held { starts[Int(entry.key) + 1] += 1 }
    for key in 0..<keys { starts[key + 1] += starts[key] }
    var next = starts
    for entry in held {
      rows[next[Int(entry.key)]] = entry.row
      next[Int(entry.key)] += 1
    }
  }

  subscript(_ key: Int) -> ArraySlice<Int32> { rows[starts[key]..<starts[key + 1]] }
}

/// Sets that are joined with one another; the smallest element names a set.
private struct DisjointSets {
  private var parents: [Int32]

  init(_ count: Int) { parents = (0..<Int32(count)).map { $0 } }

  mutating func join(_ one: Int32, _ two: Int32) {
    let (a, b) = (root(one), root(two))
    parents[Int(max(a, b))] = min(a, b)
  }

  private mutating func root(_ element: Int32) -> Int32 {
    var place = element
    while parents[Int(place)] != place {
      parents[Int(place)] = parents[Int(parents[Int(place)])]
      place = parents[Int(place)]
    }
    return place
  }

  /// For each element the smallest of its set.
  var numbers: [Int32] {
    var sets = self
    return parents.indices.map { sets.root(Int32($0)) }
  }
}
