import Basics

#if canImport(Glibc)
  import Glibc
#endif

/// The rows of two runs that hold the same sequence, found by id.
public struct IDJoin: Sendable {
  /// For each shared sequence, its row in the left run; ascending.
  public let left: [Int32]
  /// For each shared sequence, its row in the right run.
  public let right: [Int32]
  /// How many of the left run's sequences the right run lacks.
  public let leftOnly: Int
  /// How many of the right run's sequences the left run lacks.
  public let rightOnly: Int

  /// Joins two columns of ids; ids must be unique in each.
  public init(_ leftIDs: TextColumn, _ rightIDs: TextColumn) {
    if leftIDs.holdsSameTexts(as: rightIDs) {
      left = (0..<Int32(leftIDs.count)).map { $0 }
      right = left
      (leftOnly, rightOnly) = (0, 0)
      return
    }
    let index = IDIndex(rightIDs)
    var (lefts, rights): ([Int32], [Int32]) = ([], [])
    for row in 0..<leftIDs.count {
      guard let match = index.row(of: leftIDs.utf8(row)) else { continue }
      lefts.append(Int32(row))
      rights.append(Int32(match))
    }
    left = lefts
    right = rights
    leftOnly = leftIDs.count - lefts.count
    rightOnly = rightIDs.count - rights.count
  }

  /// The number of shared sequences.
  public var count: Int { left.count }
}

/// Finds the row of an id by binary search over rows sorted by id.
public struct IDIndex: Sendable {
  private let ids: TextColumn
  private let order: [Int32]

  /// Sorts the rows of a column of ids; O(n log n) comparisons, four bytes per row.
  public init(_ ids: TextColumn) {
    self.ids = ids
    order = (0..<Int32(ids.count)).sorted {
      compareBytes(ids.utf8(Int($0)), ids.utf8(Int($1))) < 0
    }
  }

  /// The row of an id, if there is one.
  public func row(of id: String) -> Int? {
    let bytes = Array(id.utf8)
    return row(of: bytes.span)
  }

  func row(of id: Span<UInt8>) -> Int? {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      let order = compareBytes(ids.utf8(Int(order[middle])), id)
      if order == 0 { return Int(self.order[middle]) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

extension TextColumn {
  /// Whether two columns hold the same texts in the same order.
  public func holdsSameTexts(as other: TextColumn) -> Bool {
    guard count == other.count, bytes.count == other.bytes.count else { return false }
    return offsets.holdsSameBytes(as: other.offsets) && bytes.holdsSameBytes(as: other.bytes)
  }
}

extension Column {
  /// Whether two columns hold the same bits.
  public func holdsSameBytes(as other: Column) -> Bool {
    guard count == other.count else { return false }
    if storage === other.storage && offset == other.offset { return true }
    let (mine, theirs) = (self, other)
    let (left, right) = (mine.span.bytes, theirs.span.bytes)
    return left.withUnsafeBytes { a in
      right.withUnsafeBytes { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return true }
        return memcmp(first, second, a.count) == 0
      }
    }
  }
}

private func compareBytes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
  left.withUnsafeBufferPointer { a in
    right.withUnsafeBufferPointer { b in
      let shared = min(a.count, b.count)
      if shared > 0, let first = a.baseAddress, let second = b.baseAddress {
        let order = memcmp(first, second, shared)
        if order != 0 { return Int(order) }
      }
      return a.count - b.count
    }
  }
}
