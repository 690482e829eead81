/// Memory of records that were read, for the next ones: a record has a dozen lists, and making them
/// anew for each would cost as much as reading them.
struct ScratchPool {
  private var spareFloats: [[Float]] = []
  private var spareIntegers: [[Int32]] = []
  private var spareBytes: [[UInt8]] = []
  private var spareTexts: [TextList] = []

  /// An empty record with room for its texts.
  mutating func record() -> RecordScratch {
    var record = RecordScratch()
    record.id = spareBytes.popLast() ?? []
    record.text = spareBytes.popLast() ?? []
    record.meta = spareBytes.popLast() ?? []
    return record
  }

  /// An empty list of numbers.
  @inline(__always) mutating func floats() -> [Float] { spareFloats.popLast() ?? [] }

  /// An empty list of whole numbers.
  @inline(__always) mutating func integers() -> [Int32] { spareIntegers.popLast() ?? [] }

  /// An empty list of texts.
  @inline(__always) mutating func texts() -> TextList { spareTexts.popLast() ?? TextList() }

  /// Takes a record's memory, which is empty afterwards.
  mutating func recycle(_ record: inout RecordScratch) {
    take(&record.id)
    take(&record.text)
    take(&record.meta)
    Self.take(&record.tokenIDs, into: &spareIntegers)
    take(&record.tokens)
    take(&record.target)
    take(&record.reference)
  }

  private mutating func take(_ model: inout RecordScratch.Model) {
    Self.take(&model.logprobs, into: &spareFloats)
    Self.take(&model.ranks, into: &spareIntegers)
    Self.take(&model.top1IDs, into: &spareIntegers)
    take(&model.top1Tokens)
    Self.take(&model.top1Logprobs, into: &spareFloats)
    Self.take(&model.means, into: &spareFloats)
    Self.take(&model.stds, into: &spareFloats)
  }

  private mutating func take(_ bytes: inout [UInt8]) {
    var spare: [UInt8] = []
    swap(&spare, &bytes)
    spare.removeAll(keepingCapacity: true)
    spareBytes.append(spare)
  }

  private static func take<Element>(
    _ values: inout [Element]?, into spares: inout [[Element]]
  ) {
    guard var spare = values else { return }
    values = nil
    spare.removeAll(keepingCapacity: true)
    spares.append(spare)
  }

  private mutating func take(_ texts: inout TextList?) {
    guard var spare = texts else { return }
    texts = nil
    spare.removeAll()
    spareTexts.append(spare)
  }
}
