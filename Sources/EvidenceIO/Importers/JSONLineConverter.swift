import ScoringCore

/// Turns JSON values that span lines, or are elements of a list, into one value per line.
///
/// Bytes are only exchanged, never added or removed, so that a stream can be treated piece by
/// piece: line breaks inside a value become spaces, and the comma, bracket or space after a value
/// becomes its line break. The values of one object, such as records by id, become lines of a key,
/// a colon and a value.
struct JSONLineConverter: Sendable {
  private var depth = 0
  private var inString = false
  private var isEscaped = false
  private var owesBreak = false
  /// Whether the values are those of one object, whose keys are to stand before them.
  private let isKeyed: Bool
  private var isInside = false

  init(isKeyed: Bool = false) { self.isKeyed = isKeyed }

  /// Exchanges the separators of the next bytes of the stream.
  mutating func convert(_ bytes: UnsafeMutableRawBufferPointer) {
    for index in bytes.indices {
      let byte = bytes[index]
      if inString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      if depth > 0 {
        bytes[index] = inside(byte)
      } else {
        bytes[index] = between(byte)
      }
    }
  }

  private mutating func inside(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "\""): inString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      owesBreak = depth == 0
    case 0x0A, 0x0D: return 0x20
    default: break
    }
    return byte
  }

  /// Between values brackets of lists count as space, so lists of lists are as good as one list.
  private mutating func between(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "{") where isKeyed && !isInside:
      isInside = true
      return 0x20
    case UInt8(ascii: "{"):
      depth = 1
      return byte
    case UInt8(ascii: "[") where isKeyed:
      depth = 1
      return byte
    case UInt8(ascii: "}") where isKeyed, UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
      defer { owesBreak = false }
      return owesBreak ? 0x0A : 0x20
    case UInt8(ascii: "\""):
      inString = true
      return byte
    default: return byte
    }
  }
}

extension EvidenceChunk.Columns {
  /// Gives sequences without an id the number of their record, from 1.
  mutating func numberUnnamed(from number: inout Int) {
    var list = TextList()
    for row in 0..<ids.count {
      number += 1
      let name = number
      ids.withUTF8(row) { id in
        if id.isEmpty { list.append(Array(String(name).utf8)) } else { list.append(id) }
      }
    }
    if let numbered = list.take() { ids = numbered }
  }

  /// Forgets first choices that are none.
  mutating func dropFirstChoices() {
    for side in [\EvidenceChunk.Columns.target, \.reference] {
      self[keyPath: side].top1IDs = nil
      self[keyPath: side].top1Logprobs = nil
    }
  }
}
