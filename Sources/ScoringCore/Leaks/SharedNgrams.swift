import Basics

/// Which n-grams of some sequences occur in another sequence of the table as well.
///
/// The n-grams asked about are kept by a 64-bit hash, 12 bytes each; every sequence of the table is
/// then read once. A false match of hashes has a chance below 1e-5 for a hundred million tokens.
struct SharedNgrams {
  /// Sequences that count as one: their rows have the same number.
  typealias Groups = [Int32]

  /// Who holds the n-grams that tell versions of a record, and which rows are copies.
  struct Sightings {
    /// An n-gram by its place among the keys, and a sequence that has it.
    var held: [(key: UInt32, row: Int32)] = []
    /// A sequence and the first of the asked ones that has the same text.
    var copies: [(row: Int32, of: Int32)] = []
  }

  private let length: Int
  /// Hashes in open addressing; 0 is an empty place.
  private var keys: [UInt64]
  /// Three bits of one word for each hash: nearly all n-grams of the table are turned away here.
  private var filter: [UInt64]
  /// For each key the group that has it, `unseen` or `shared`.
  private var owners: [Int32] = []
  /// The first of the asked sequences with a text, by the text's hash.
  private var firstOfText: [UInt64: Int32] = [:]
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
    filter = [UInt64](repeating: 0, count: min(1 << 17, size / 4))
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

  /// Asks about a whole sequence, to know its copies and versions.
  mutating func askForVersions(of row: Int, _ tokens: Span<Int32>) {
    let hashes = hashes(tokens)
    for hash in hashes where Self.tellsVersions(hash) { insert(hash) }
    let whole = Self.whole(hashes, tokens.count)
    if !hashes.isEmpty, firstOfText[whole] == nil { firstOfText[whole] = Int32(row) }
  }

  /// Reads every sequence of the table once, on all cores.
  ///
  /// - Parameters:
  ///   - table: all sequences.
  ///   - groups: which count as one; nil if each is one by itself.
  ///   - isNoting: whether to note who holds the n-grams that tell versions.
  ///   - threads: how many cores to use.
  ///   - isCancelled: asked between blocks.
  /// - Returns: nil once `isCancelled` says yes.
  mutating func search(
    _ table: EvidenceTable, groups: Groups?, isNoting: Bool, threads: Int,
    isCancelled: @Sendable () -> Bool
  ) -> Sightings? {
    let asked = self
    let blocks = RowBlocks(table)
    // One part per thread: each keeps its own owners over the whole of its part.
    let parts = parallelParts(count: blocks.count, threads: threads) { range -> [Part?] in
      var part = Part(keys: asked.keys.count, isNoting: isNoting)
      for number in range {
        if isCancelled() { return [nil] }
        for row in blocks[number] {
          let (chunk, index) = table.locate(row)
          guard let tokens = chunk.sequence(index).tokenIDs else { continue }
          asked.find(tokens, row: Int32(row), group: groups?[row] ?? Int32(row), in: &part)
        }
      }
      return [part]
    }
    owners = [Int32](repeating: Self.unseen, count: keys.count)
    var sightings = Sightings()
    for part in parts {
      guard let part else { return nil }
      for place in part.owners.indices where part.owners[place] != Self.unseen {
        owners[place] =
          owners[place] == Self.unseen || owners[place] == part.owners[place]
          ? part.owners[place] : Self.shared
      }
      sightings.held += part.sightings.held
      sightings.copies += part.sightings.copies
    }
    return sightings
  }

  /// What one thread finds.
  private struct Part {
    var owners: [Int32]
    /// How often each n-gram was noted; empty where nothing is to be.
    var counts: [UInt8]
    var sightings = Sightings()

    init(keys: Int, isNoting: Bool) {
      owners = [Int32](repeating: SharedNgrams.unseen, count: keys)
      counts = [UInt8](repeating: 0, count: isNoting ? keys : 0)
    }
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

  private func find(_ tokens: Span<Int32>, row: Int32, group: Int32, in part: inout Part) {
    guard tokens.count >= length else { return }
    var roll = Roll(length)
    let mask = UInt64(filter.count - 1)
    let isNoting = !part.counts.isEmpty
    var whole = UInt64(tokens.count)
    for place in 0..<tokens.count {
      guard let hash = roll.add(tokens, place, from: 0) else { continue }
      whole &+= hash
      let bits = Self.filterBits(hash)
      guard filter[Int(truncatingIfNeeded: (hash >> 18) & mask)] & bits == bits,
        let key = find(hash)
      else { continue }
      let owner = part.owners[key]
      part.owners[key] = owner == Self.unseen || owner == group ? group : Self.shared
      if isNoting, Self.tellsVersions(hash), part.counts[key] <= RecordVersions.mostHolders {
        part.counts[key] += 1
        part.sightings.held.append((UInt32(truncatingIfNeeded: key), row))
      }
    }
    if isNoting, let first = firstOfText[whole], first != row {
      part.sightings.copies.append((row, first))
    }
  }

  /// The hashes of a sequence's n-grams, in the order of the text.
  func hashes(_ tokens: Span<Int32>) -> [UInt64] {
    var roll = Roll(length)
    return (0..<tokens.count).compactMap { roll.add(tokens, $0, from: 0) }
  }

  /// Whether an n-gram is one of the quarter by which versions of a record are found.
  @inline(__always)
  static func tellsVersions(_ hash: UInt64) -> Bool { hash >> 62 == 0 }

  private static func whole(_ hashes: [UInt64], _ count: Int) -> UInt64 {
    hashes.reduce(UInt64(count), &+)
  }

  /// The number of keys there is room for.
  var capacity: Int { keys.count }

  /// The place of an n-gram among the keys; nil if it was not asked about.
  func key(of hash: UInt64) -> Int? { find(hash) }

  private func find(_ hash: UInt64) -> Int? {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: hash >> 20) & mask
    while keys[place] != 0 {
      if keys[place] == hash { return place }
      place = (place + 1) & mask
    }
    return nil
  }

  @inline(__always)
  private static func filterBits(_ hash: UInt64) -> UInt64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
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
    filter[Int(truncatingIfNeeded: (hash >> 18) & UInt64(filter.count - 1))] |= Self.filterBits(
      hash)
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
