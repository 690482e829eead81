import Synchronization

/// Guards over texts, computed once for all runs that have the same texts.
public final class TextGuards: Sendable {
  /// Which sequences of a table are compared.
  public struct Comparison: Hashable, Sendable {
    /// How sentences name the groups.
    public var groups: GuardGroups
    /// The rows of the first group.
    public var first: [Int]
    /// The rows of the second group.
    public var second: [Int]
    /// Which sequences were cut, as their `meta` says; nil where it does not say.
    public var isTruncated: [Bool]?

    /// Describes a comparison.
    public init(
      _ groups: GuardGroups, first: [Int], second: [Int], isTruncated: [Bool]? = nil
    ) {
      self.groups = groups
      self.first = first
      self.second = second
      self.isTruncated = isTruncated
    }
  }

  /// What came of a comparison.
  public struct Result: Sendable {
    /// What the guards found.
    public let findings: [GuardFinding]
    /// Sequences whose tokens were compared with their texts.
    public let spelled: Int
    /// Sequences whose tokens spell something other than their text.
    public let different: Int
  }

  private struct Known {
    let table: EvidenceTable
    let comparison: Comparison
    let result: Result
  }

  private let known = Mutex<[Known]>([])

  /// Nothing computed yet.
  public init() {}

  /// What guards over texts find, computed now or known from another run.
  public func result(_ table: EvidenceTable, _ comparison: Comparison) -> Result {
    let match = known.withLock { known in
      known.first { $0.comparison == comparison && $0.table.holdsSameTexts(as: table) }
    }
    if let match { return match.result }
    let result = Result(table, comparison)
    known.withLock { $0.append(Known(table: table, comparison: comparison, result: result)) }
    return result
  }
}

extension TextGuards.Result {
  /// The most sequences of a group whose tokens are spelled out.
  private static let mostSpelled = 5000

  fileprivate init(_ table: EvidenceTable, _ comparison: TextGuards.Comparison) {
    let (first, second, groups) = (comparison.first, comparison.second, comparison.groups)
    let coverage = [first, second].map { rows in
      let picked = systematicSample(rows, atMost: Self.mostSpelled)
      return (rows: picked, coverage: TokenCoverage(table, rows: picked))
    }
    spelled = coverage.reduce(0) { $0 + $1.coverage.known }
    different = coverage.reduce(0) { $0 + $1.coverage.different }
    let cut = coverage.map { Self.count($0.rows, $0.coverage, comparison.isTruncated) }
    let truncation =
      Truncation(cut[0], cut[1])?.finding(groups)
      ?? .notChecked(
        .truncation, groups: groups,
        because: "neither meta.truncated nor tokens beside whole texts say which texts were cut")
    findings = Self.textFindings(table, comparison) + [truncation]
  }

  private static func count(
    _ rows: [Int], _ coverage: TokenCoverage, _ isTruncated: [Bool]?
  ) -> Truncation.Count {
    var count = Truncation.Count(cut: 0, known: 0)
    for (row, match) in zip(rows, coverage.matches) {
      let isMarked = isTruncated?[row]
      guard isMarked != nil || match == .whole || match == .part else { continue }
      count.known += 1
      if isMarked == true || match == .part { count.cut += 1 }
    }
    return count
  }

  /// Lengths, text alone and near-duplicates.
  private static func textFindings(
    _ table: EvidenceTable, _ comparison: TextGuards.Comparison
  ) -> [GuardFinding] {
    let (first, second, groups) = (comparison.first, comparison.second, comparison.groups)
    func length(_ row: Int) -> Int {
      let (chunk, index) = table.locate(row)
      let tokens = chunk.tokenRange(index).count
      return tokens > 0 ? tokens : chunk.columns.texts?.range(index).count ?? 0
    }
    let hasTokens = table.chunks.contains { $0.columns.tokenOffsets != nil }
    let shift =
      LengthShift(first.map(length), second.map(length))?
      .finding(groups, unit: hasTokens ? "tokens" : "bytes")
      ?? .notChecked(.lengthShift, groups: groups, because: "a group is empty")
    guard !table.available.isDisjoint(with: [.text, .tokenIDs]) else {
      return [
        shift,
        .notChecked(.blindBaseline, groups: groups, because: "there are no texts"),
        .notChecked(.nearDuplicates, groups: groups, because: "there are no texts"),
      ]
    }
    let blind =
      BlindBaseline(first.count, second.count) { isFirst, index in
        table.textBytes(
          isFirst ? first[index] : second[index], atMost: BlindBaseline.mostBytes)
      }?.finding(groups)
      ?? .notChecked(
        .blindBaseline, groups: groups,
        because: "it needs \(BlindBaseline.fewest) texts of either group")
    let duplicates = NearDuplicates(first.count, second.count) { isFirst, index in
      table.textBytes(isFirst ? first[index] : second[index], atMost: NearDuplicates.mostBytes)
    }
    return [shift, blind, duplicates.finding(groups)]
  }
}

extension EvidenceTable {
  /// The beginning of a sequence's text, or of its tokens joined where there is none, as bytes.
  public func textBytes(_ index: Int, atMost limit: Int) -> [UInt8] {
    guard index < count else { return [] }
    let (chunk, index) = locate(index)
    if let texts = chunk.columns.texts, !texts.range(index).isEmpty {
      let span = texts.utf8(index)
      return span.withUnsafeBufferPointer { Array($0.prefix(limit)) }
    }
    guard let ids = chunk.columns.tokenIDs, let vocabulary = chunk.columns.vocabulary else {
      return []
    }
    var bytes: [UInt8] = []
    for token in chunk.tokenRange(index) where bytes.count < limit {
      bytes += vocabulary.bytes(of: ids[token]) ?? []
    }
    return bytes
  }

  /// Whether two tables hold the same texts and tokens in the same order.
  public func holdsSameTexts(as other: EvidenceTable) -> Bool {
    guard chunks.count == other.chunks.count else { return false }
    return zip(chunks, other.chunks).allSatisfy { mine, theirs in
      let (mine, theirs) = (mine.columns, theirs.columns)
      return mine.texts.isAlike(theirs.texts) { $0.holdsSameTexts(as: $1) }
        && mine.tokenOffsets.isAlike(theirs.tokenOffsets) { $0.holdsSameBytes(as: $1) }
        && mine.tokenIDs.isAlike(theirs.tokenIDs) { $0.holdsSameBytes(as: $1) }
        && mine.vocabulary.isAlike(theirs.vocabulary) {
          $0 === $1 || $0.ids.holdsSameBytes(as: $1.ids) && $0.texts.holdsSameTexts(as: $1.texts)
        }
    }
  }
}

extension Optional {
  fileprivate func isAlike(_ other: Wrapped?, _ agrees: (Wrapped, Wrapped) -> Bool) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (let one?, let two?): agrees(one, two)
    default: false
    }
  }
}
