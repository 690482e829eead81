import Basics

/// Which n-grams of some sequences occur in another sequence of the table as well.
///
/// The n-grams asked about are kept by a 64-bit hash, 12 bytes each; every sequence of the table is
/// then read once. A false match of hashes has a chance below 1e-5 for a hundred million tokens.
struct SharedNgrams {
  /// Sequences that are copies of one another count as one: their rows have the same number.
  typealias Groups = [Int32]

  private let length: Int
  /// Hashes in open addressing; 0 is an empty place.
  private var keys: [UInt64]
  /// A bit for each of the hashes' low bits: most n-grams of the table are turned away here.
  private var filter: [UInt64]
  /// For each key the group that has it, `unseen` or `shared`.
  private var owners: [Int32] = []
  private var count = 0

  private static let unseen: Int32 = -1
  private static let shared: Int32 = -2
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Room for the n-grams of some stretches of text.
  init(length: Int, expected: Int) {
    self.length = length
    var size = 64
    while size < 2 * expected { size *= 2 }
    keys = [UInt64](repeating: 0, count: size)
    filter = [UInt64](repeating: 0, count: max(1, min(1 << 17, size / 8)))
  }

  /// Asks about the n-grams that hold any of a sequence's tokens in a range.
  mutating func ask(_ tokens: Span<Int32>, _ range: Range<Int>) {
    var roll = Roll(length)
    let first = max(0, range.lowerBound - length + 1)
    let last = min(tokens.count, range.upperBound + length - 1)
    for place in first..<max(first, last) {
      if let hash = roll.add(tokens, place, from: first) { insert(hash) }
    }
  }

  /// Reads every sequence of the table once, on all cores.
  ///
  /// - Returns: false once `isCancelled` says yes.
  mutating func search(
    _ table: EvidenceTable, groups: Groups?, threads: Int, isCancelled: @Sendable () -> Bool
  ) -> Bool {
    let asked = self
    let blocks = RowBlocks(table)
    // One part per thread: each keeps its own owners over the whole of its part.
    let parts = parallelParts(count: blocks.count, threads: threads) { part -> [[Int32]?] in
      var owners = [Int32](repeating: Self.unseen, count: asked.keys.count)
      for number in part {
        if isCancelled() { return [nil] }
        for row in blocks[number] {
          let (chunk, index) = table.locate(row)
          guard let tokens = chunk.sequence(index).tokenIDs else { continue }
          asked.find(tokens, groups?[row] ?? Int32(row), in: &owners)
        }
      }
      return [owners]
    }
    owners = [Int32](repeating: Self.unseen, count: keys.count)
    for part in parts {
      guard let part else { return false }
      for place in part.indices where part[place] != Self.unseen {
        owners[place] =
          owners[place] == Self.unseen || owners[place] == part[place] ? part[place] : Self.shared
      }
    }
    return true
  }

  /// For each of a sequence's tokens in a range whether no other sequence shares its n-grams.
  func isOwn(_ tokens: Span<Int32>, _ range: Range<Int>) -> [Bool] {
    var result = [Bool](repeating: true, count: range.count)
    var roll = Roll(length)
    let first = max(0, range.lowerBound - length + 1)
    let last = min(tokens.count, range.upperBound + length - 1)
    for place in first..<max(first, last) {
      guard let hash = roll.add(tokens, place, from: first), let key = find(hash),
        owners[key] == Self.shared
      else { continue }
      let gram = (place + 1 - length..<place + 1).clamped(to: range)
      for token in gram { result[token - range.lowerBound] = false }
    }
    return result
  }

  private func find(_ tokens: Span<Int32>, _ group: Int32, in owners: inout [Int32]) {
    guard tokens.count >= length else { return }
    var roll = Roll(length)
    let mask = UInt64(filter.count * 64 - 1)
    for place in 0..<tokens.count {
      guard let hash = roll.add(tokens, place, from: 0) else { continue }
      let bit = hash & mask
      guard filter[Int(bit >> 6)] & (1 << (bit & 63)) != 0, let key = find(hash) else { continue }
      let owner = owners[key]
      owners[key] = owner == Self.unseen || owner == group ? group : Self.shared
    }
  }

  private func find(_ hash: UInt64) -> Int? {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: hash >> 20) & mask
    while keys[place] != 0 {
      if keys[place] == hash { return place }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ hash: UInt64) {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: hash >> 20) & mask
    while keys[place] != 0 {
      if keys[place] == hash { return }
      place = (place + 1) & mask
    }
    keys[place] = hash
    count += 1
    let bit = hash & UInt64(filter.count * 64 - 1)
    filter[Int(bit >> 6)] |= 1 << (bit & 63)
    if 2 * count > keys.count { grow() }
  }

  private mutating func grow() {
    let old = keys
    keys = [UInt64](repeating: 0, count: 2 * old.count)
    let mask = keys.count - 1
    for hash in old where hash != 0 {
      var place = Int(truncatingIfNeeded: hash >> 20) & mask
      while keys[place] != 0 { place = (place + 1) & mask }
      keys[place] = hash
    }
  }

  /// The hash of the last few tokens, updated token by token.
  private struct Roll {
    private let length: Int
    /// What the oldest token was multiplied with.
    private let oldest: UInt64
    private var sum: UInt64 = 0

    init(_ length: Int) {
      self.length = length
      oldest = (0..<length).reduce(1) { power, _ in power &* SharedNgrams.multiplier }
    }

    /// Adds a token; the hash of the n-gram that ends with it once there is one, never 0.
    @inline(__always)
    mutating func add(_ tokens: Span<Int32>, _ place: Int, from first: Int) -> UInt64? {
      // One more than the id, so that a text of zeros is no empty sum.
      let new = UInt64(UInt32(bitPattern: tokens[place])) &+ 1
      sum = sum &* SharedNgrams.multiplier &+ new
      guard place &+ 1 &- first >= length else { return nil }
      if place &- first >= length {
        let old = UInt64(UInt32(bitPattern: tokens[place &- length])) &+ 1
        sum = sum &- old &* oldest
      }
      let mixed = (sum ^ (sum >> 31)) &* 0xBF58_476D_1CE4_E5B9
      return max(1, mixed ^ (mixed >> 29))
    }
  }
}

extension SharedNgrams.Groups {
  /// Numbers under which the copies of some sequences are one; nil if there are no copies of any.
  ///
  /// A copy has exactly the same tokens. Sequences of one cluster, such as a document, are one too.
  static func copies(of rows: [Int], in table: EvidenceTable, clusters: [Int]?) -> [Int32]? {
    var first: [UInt64: Int32] = [:]
    for row in rows {
      let hash = hash(row, in: table)
      if first[hash] == nil { first[hash] = Int32(row) }
    }
    let wanted = first
    let numbers = parallelParts(count: table.count, threads: availableThreads) { range in
      range.map { wanted[hash($0, in: table)] ?? Int32($0) }
    }
    guard let clusters else {
      return numbers.indices.contains { numbers[$0] != Int32($0) } ? numbers : nil
    }
    var firstOfCluster: [Int: Int32] = [:]
    return numbers.indices.map { row in
      let number = firstOfCluster[clusters[row], default: numbers[row]]
      firstOfCluster[clusters[row]] = number
      return number
    }
  }

  private static func hash(_ row: Int, in table: EvidenceTable) -> UInt64 {
    let (chunk, index) = table.locate(row)
    guard let tokens = chunk.sequence(index).tokenIDs else { return 0 }
    var sum: UInt64 = 1
    for place in 0..<tokens.count {
      sum = sum &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(UInt32(bitPattern: tokens[place])) &+ 1
    }
    return sum ^ (sum >> 29)
  }
}
