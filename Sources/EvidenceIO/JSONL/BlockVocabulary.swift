import Basics

/// The tokens that occur in one block of records.
struct BlockVocabulary: Sendable {
  /// Token ids with a text.
  private(set) var ids = IDTable()
  /// Their texts, in the same order.
  private(set) var texts = TextList()
  /// Texts without an id; the index in here plus `RecordParser.firstStandIn` stands for the id.
  private(set) var standIns = TextInterner()
  /// How often an id came with another text than the first time.
  private(set) var respelled = 0
  /// Whether records gave token ids of their own.
  var hasIDs = false

  /// Remembers the text of an id; the first one counts.
  @inline(__always) mutating func add(_ id: Int32, _ text: UnsafeBufferPointer<UInt8>) {
    let (index, isNew) = ids.insert(id)
    if isNew {
      texts.append(text)
    } else if !texts.equals(index, text) {
      respelled += 1
    }
  }

  /// The id that stands for a text until all blocks are known.
  @inline(__always) mutating func standIn(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
    RecordParser.firstStandIn + Int32(truncatingIfNeeded: standIns.insert(text).index)
  }
}

/// How tokens that are not UTF-8 are spelled in `tokens`: `<0xE6>`, a byte each.
enum TokenSpelling {
  /// The bytes a spelling stands for, or nil if it is to be taken literally.
  ///
  /// Only spellings of bytes that are not UTF-8 are decoded, because only those are written so.
  @inline(__always) static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count >= 6, text[0] == UInt8(ascii: "<"), text.count % 6 == 0 else { return nil }
    return decode(text)
  }

  private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 6) {
      guard
        text[start] == UInt8(ascii: "<"), text[start + 1] == UInt8(ascii: "0"),
        text[start + 2] == UInt8(ascii: "x"), text[start + 5] == UInt8(ascii: ">"),
        let high = Character(Unicode.Scalar(text[start + 3])).hexDigitValue,
        let low = Character(Unicode.Scalar(text[start + 4])).hexDigitValue
      else { return nil }
      result.append(UInt8(high << 4 | low))
    }
    return result.withUnsafeBufferPointer { isUTF8($0) } ? nil : result
  }

  /// How bytes that are not UTF-8 are shown.
  static func spelling(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    bytes.map { "<0x\(JSONCursor.hex($0))>" }.joined()
  }

  /// Whether bytes are UTF-8.
  static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil
  }
}
