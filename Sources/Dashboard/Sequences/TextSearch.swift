import ScoringCore

/// A text to find whatever its case.
struct TextSearch {
  private let lower: [UInt8]
  private let upper: [UInt8]
  /// Letters beyond ASCII change case in ways bytes do not show: those texts are compared as such.
  private let isASCII: Bool
  private let text: String

  init(_ text: String) {
    let lowered = text.lowercased()
    self.text = lowered
    lower = Array(lowered.utf8)
    upper = lower.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 32 : $0 }
    isASCII = lower.allSatisfy { $0 < 0x80 }
  }

  var isEmpty: Bool { lower.isEmpty }

  func isIn(_ texts: TextColumn, _ index: Int) -> Bool {
    guard isASCII else { return texts[index].lowercased().contains(text) }
    let bytes = texts.utf8(index)
    return bytes.withUnsafeBufferPointer { first(in: $0, from: 0) != nil }
  }

  /// Whether the text of a row contains it; texts are joined from tokens where need be.
  func isInText(of row: Int, _ table: EvidenceTable) -> Bool {
    guard row < table.count else { return false }
    let (chunk, index) = table.locate(row)
    if let texts = chunk.columns.texts, !texts.range(index).isEmpty { return isIn(texts, index) }
    return isIn(table.text(row))
  }

  func isIn(_ other: String) -> Bool {
    isASCII ? !places(in: Array(other.utf8)).isEmpty : other.lowercased().contains(text)
  }

  /// Where it begins in some bytes; places do not overlap.
  func places(in bytes: [UInt8]) -> [Int] {
    guard !isEmpty else { return [] }
    return bytes.withUnsafeBufferPointer { buffer in
      var places: [Int] = []
      var start = 0
      while let place = first(in: buffer, from: start) {
        places.append(place)
        start = place + lower.count
      }
      return places
    }
  }

  /// How many bytes a match takes.
  var length: Int { lower.count }

  private func first(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    let count = lower.count
    guard count > 0, bytes.count - start >= count else { return count == 0 ? start : nil }
    return lower.withUnsafeBufferPointer { lower in
      upper.withUnsafeBufferPointer { upper in
        var place = start
        let last = bytes.count - count
        while place <= last {
          if bytes[place] == lower[0] || bytes[place] == upper[0] {
            var length = 1
            while length < count,
              bytes[place + length] == lower[length] || bytes[place + length] == upper[length]
            {
              length += 1
            }
            if length == count { return place }
          }
          place += 1
        }
        return nil
      }
    }
  }
}
