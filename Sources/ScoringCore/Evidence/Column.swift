import Basics

/// An immutable column of values, one per sequence, token or predicted position.
public struct Column<Element: BitwiseCopyable & Sendable>: Sendable {
  let storage: ColumnStorage
  let offset: Int
  /// The number of elements.
  public let count: Int

  /// A column inside storage, or nil if it would lie outside it or be misaligned.
  public init?(in storage: ColumnStorage, at offset: Int, count: Int) {
    guard storage.holds(Element.self, at: offset, count: count) else { return nil }
    self.storage = storage
    self.offset = offset
    self.count = count
  }

  /// A column that holds a copy of an array.
  public init(_ elements: [Element]) {
    storage = .copying(elements)
    offset = 0
    count = elements.count
  }

  /// The elements, not copied.
  public var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      _overrideLifetime(storage.span(Element.self, at: offset, count: count), borrowing: self)
    }
  }

  /// The elements from `range`, not copied.
  @_lifetime(borrow self)
  func span(_ range: Range<Int>) -> Span<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return _overrideLifetime(
      storage.span(
        Element.self, at: offset + range.lowerBound * MemoryLayout<Element>.stride,
        count: range.count), borrowing: self)
  }

  /// The element at an index.
  public subscript(_ index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return span[index]
  }

  /// The elements as an array, copied.
  public var array: [Element] {
    let span = span
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count { buffer.initializeElement(at: index, to: span[index]) }
      filled = count
    }
  }
}

/// A column of texts: their bytes one after another, and where each begins and ends.
public struct TextColumn: Sendable {
  /// The bytes of all texts, normally UTF-8.
  public let bytes: Column<UInt8>
  /// Where text i begins; one more entry than there are texts.
  public let offsets: Column<Int64>

  /// Joins bytes and offsets, or nil if the offsets do not start at 0, ascend and end at the bytes' end.
  public init?(bytes: Column<UInt8>, offsets: Column<Int64>) {
    guard offsets.count >= 1 else { return nil }
    let span = offsets.span
    guard span[0] == 0, span[offsets.count - 1] == Int64(bytes.count) else { return nil }
    for index in 1..<max(1, offsets.count) where span[index] < span[index - 1] { return nil }
    self.bytes = bytes
    self.offsets = offsets
  }

  /// A column that holds a copy of texts.
  public init(_ texts: [String]) {
    var bytes: [UInt8] = []
    var offsets: [Int64] = [0]
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      offsets.append(Int64(bytes.count))
    }
    self.bytes = Column(bytes)
    self.offsets = Column(offsets)
  }

  /// The texts of several columns, copied one after another.
  public init(joining columns: [TextColumn]) {
    var bytes: [UInt8] = []
    var offsets: [Int64] = [0]
    bytes.reserveCapacity(columns.reduce(0) { $0 + $1.bytes.count })
    for column in columns {
      let start = Int64(bytes.count)
      bytes += column.bytes.array
      offsets += column.offsets.array.dropFirst().map { $0 + start }
    }
    self.bytes = Column(bytes)
    self.offsets = Column(offsets)
  }

  /// The number of texts.
  public var count: Int { offsets.count - 1 }

  /// Where a text's bytes lie.
  public func range(_ index: Int) -> Range<Int> { Int(offsets[index])..<Int(offsets[index + 1]) }

  /// A text's bytes, not copied.
  @_lifetime(borrow self)
  public func utf8(_ index: Int) -> Span<UInt8> {
    _overrideLifetime(bytes.span(range(index)), borrowing: self)
  }

  /// A text, with U+FFFD where its bytes are not UTF-8.
  public subscript(_ index: Int) -> String {
    let span = utf8(index)
    return span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}
