/// The exact bytes of the token ids that occur in some evidence.
public final class Vocabulary: Sendable {
  /// Token ids, ascending.
  public let ids: Column<Int32>
  /// The bytes of each id's token, which need not be UTF-8 on their own.
  public let texts: TextColumn
  /// Whether the ids are the tokenizer's own, or were given out while reading tokens without ids.
  public let idsAreOriginal: Bool

  /// Joins ids and texts, or nil if they differ in number or the ids do not strictly ascend.
  public init?(ids: Column<Int32>, texts: TextColumn, idsAreOriginal: Bool = true) {
    guard ids.count == texts.count else { return nil }
    let span = ids.span
    for index in 1..<max(1, ids.count) where span[index] <= span[index - 1] { return nil }
    self.ids = ids
    self.texts = texts
    self.idsAreOriginal = idsAreOriginal
  }

  /// The index of an id, if it is known.
  public func index(of id: Int32) -> Int? {
    let column = ids
    let span = column.span
    var (low, high) = (0, span.count)
    while low < high {
      let middle = (low + high) / 2
      if span[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < span.count && span[low] == id ? low : nil
  }

  /// The bytes of a token, if its id is known.
  public func bytes(of id: Int32) -> [UInt8]? {
    guard let index = index(of: id) else { return nil }
    let column = texts
    let span = column.utf8(index)
    return span.withUnsafeBufferPointer(Array.init)
  }
}
