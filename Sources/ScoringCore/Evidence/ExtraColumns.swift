import Basics

/// A key of `extra` that holds one number a sequence: a mean log-probability in nats.
public enum ExtraNumber: String, CaseIterable, Sendable {
  /// The lower-cased text under the target.
  case lowercase
  /// The text after texts that are known not to be members, under the target.
  case nonmemberPrefix = "nonmember_prefix"
  /// The text after texts that are known to be members, under the target.
  case memberPrefix = "member_prefix"
}

/// A key of `extra` that holds a list of numbers per sequence: mean log-probabilities in nats.
public enum ExtraList: String, CaseIterable, Sendable {
  /// Slightly changed versions of the text under the target.
  case neighbors
  /// The same versions under the reference.
  case referenceNeighbors = "reference_neighbors"
  /// The text under shadow models that were trained on it.
  case shadowIn = "shadow_in"
  /// The text under shadow models that were not.
  case shadowOut = "shadow_out"
}

/// The `extra` of a chunk's sequences, read once: numbers, and lists of numbers.
public struct ExtraColumns: Sendable {
  /// A list of numbers per sequence, one list after another.
  struct Lists: Sendable {
    var values: Column<Double>
    var offsets: Column<Int64>
  }

  /// One value per sequence for each key of `ExtraNumber`; NaN where a sequence lacks it.
  fileprivate var numbers: [Column<Double>?]
  /// One list per sequence for each key of `ExtraList`.
  fileprivate var lists: [Lists?]
  /// The number of sequences.
  public let count: Int

  /// Whether any sequence has this number.
  public func has(_ key: ExtraNumber) -> Bool { numbers[key.index] != nil }

  /// Whether any sequence has values in this list.
  public func has(_ key: ExtraList) -> Bool { lists[key.index] != nil }

  /// How many values the list of each sequence that has any holds, from the fewest to the most.
  public func lengths(_ key: ExtraList) -> ClosedRange<Int>? {
    guard let lists = lists[key.index] else { return nil }
    let offsets = lists.offsets
    let lengths = (0..<count).map { Int(offsets[$0 + 1] - offsets[$0]) }.filter { $0 > 0 }
    guard let least = lengths.min(), let most = lengths.max() else { return nil }
    return least...most
  }
}

/// Collects the `extra` of one sequence after another.
public struct ExtraBuilder {
  private var numbers = [[Double]](repeating: [], count: ExtraNumber.allCases.count)
  private var lists = [[Double]](repeating: [], count: ExtraList.allCases.count)
  private var offsets = [[Int64]](repeating: [0], count: ExtraList.allCases.count)
  private var count = 0

  /// No sequences yet.
  public init() {}

  /// Sets a number of the sequence under way.
  public mutating func set(_ key: ExtraNumber, _ value: Double) {
    pad(&numbers[key.index], to: count)
    numbers[key.index].append(value)
  }

  /// Adds a value to a list of the sequence under way.
  public mutating func append(_ value: Double, to key: ExtraList) { lists[key.index].append(value) }

  /// Ends the sequence under way, which may have nothing.
  public mutating func endSequence() {
    count += 1
    for index in lists.indices { offsets[index].append(Int64(lists[index].count)) }
  }

  /// The columns; nil if no sequence has anything.
  public var columns: ExtraColumns? {
    var columns = ExtraColumns(
      numbers: Array(repeating: nil, count: numbers.count),
      lists: Array(repeating: nil, count: lists.count), count: count)
    for index in numbers.indices where !numbers[index].isEmpty {
      var values = numbers[index]
      pad(&values, to: count)
      columns.numbers[index] = Column(values)
    }
    for index in lists.indices where !lists[index].isEmpty {
      columns.lists[index] = ExtraColumns.Lists(
        values: Column(lists[index]), offsets: Column(offsets[index]))
    }
    let isEmpty = columns.numbers.allSatisfy { $0 == nil } && columns.lists.allSatisfy { $0 == nil }
    return isEmpty ? nil : columns
  }

  private func pad(_ values: inout [Double], to count: Int) {
    if values.count < count {
      values.append(contentsOf: repeatElement(.nan, count: count - values.count))
    }
  }
}

/// One sequence's `extra`, not copied; valid while its chunk is.
public struct ExtraView: ~Escapable {
  private let chunk: EvidenceChunk
  private let index: Int

  @_lifetime(borrow chunk)
  init(_ chunk: borrowing EvidenceChunk, _ index: Int) {
    self.chunk = copy chunk
    self.index = index
  }

  /// A number, if the sequence has it.
  public func number(_ key: ExtraNumber) -> Double? {
    guard let column = chunk.columns.extra?.numbers[key.index] else { return nil }
    let value = column[index]
    return value.isNaN ? nil : value
  }

  /// A list, if the sequence has one with values in it.
  @_lifetime(copy self)
  public func list(_ key: ExtraList) -> Span<Double>? {
    guard let lists = chunk.columns.extra?.lists[key.index] else { return nil }
    let range = Int(lists.offsets[index])..<Int(lists.offsets[index + 1])
    guard !range.isEmpty else { return nil }
    return _overrideLifetime(lists.values.span(range), copying: self)
  }
}

extension ExtraNumber {
  fileprivate var index: Int {
    switch self {
    case .lowercase: 0
    case .nonmemberPrefix: 1
    case .memberPrefix: 2
    }
  }
}

extension ExtraList {
  fileprivate var index: Int {
    switch self {
    case .neighbors: 0
    case .referenceNeighbors: 1
    case .shadowIn: 2
    case .shadowOut: 3
    }
  }
}
