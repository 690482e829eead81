import Basics

/// How much of each text its tokens spell.
public struct TokenCoverage: Hashable, Sendable {
  /// What the tokens of a sequence are of its text.
  public enum Match: UInt8, Hashable, Sendable {
    /// There is no text, or there are no tokens with texts.
    case unknown
    /// All of it, but for a special token or a space at either end.
    case whole
    /// Only a part: the text was cut.
    case part
    /// Something else.
    case different
  }

  /// One entry for each sequence that was looked at.
  public let matches: [Match]

  /// Spells the tokens of some sequences of a table.
  public init(_ table: EvidenceTable, rows: [Int]) {
    var spellers: [ObjectIdentifier: TokenSpeller] = [:]
    matches = rows.map { row in
      let (chunk, index) = table.locate(row)
      guard let vocabulary = chunk.columns.vocabulary, let ids = chunk.columns.tokenIDs,
        let texts = chunk.columns.texts, !texts.range(index).isEmpty
      else { return .unknown }
      let key = ObjectIdentifier(vocabulary)
      let speller = spellers[key] ?? TokenSpeller(vocabulary)
      spellers[key] = speller
      let tokens = chunk.tokenRange(index)
      return texts.utf8(index).withUnsafeBufferPointer { text in
        Self.match(tokens.map { ids[$0] }, speller, text)
      }
    }
  }

  /// Sequences of which it is known how tokens and text go together.
  public var known: Int { matches.count { $0 != .unknown } }
  /// Sequences whose tokens spell something other than their text.
  public var different: Int { matches.count { $0 == .different } }

  /// What tokens behind one that is not known are of a text.
  ///
  /// A token that is nothing of the text, such as one that opens every text, leaves all of it to the
  /// others; anything before them was cut, or is the token itself.
  private static func later(
    _ tokens: ArraySlice<Int32>, _ speller: TokenSpeller, _ text: UnsafeBufferPointer<UInt8>
  ) -> Match {
    guard !tokens.isEmpty, tokens.allSatisfy(speller.knows) else { return .unknown }
    let bytes = speller.spell(tokens)[...]
    for spelled in [bytes, bytes.first == 0x20 ? bytes.dropFirst() : bytes] {
      if spelled.elementsEqual(text) { return .whole }
      guard !spelled.isEmpty, spelled.count < text.count, text.ends(with: spelled) else { continue }
      let before = text.prefix(text.count - spelled.count).drop { $0 <= 0x20 }
      return before.contains { $0 <= 0x20 } ? .part : .whole
    }
    return .different
  }

  private static func match(
    _ tokens: [Int32], _ speller: TokenSpeller, _ text: UnsafeBufferPointer<UInt8>
  ) -> Match {
    // Servers that list tokens never list the first: the others tell.
    if let first = tokens.first, !speller.knows(first) {
      return later(tokens.dropFirst(), speller, text)
    }
    guard tokens.allSatisfy(speller.knows) else { return .different }
    let spelled = speller.spell(tokens[...])
    if spelled.elementsEqual(text) { return .whole }
    // Special tokens stand at the ends; some tokenizers put a space before the first word.
    var result = Match.different
    let (first, last) = (tokens.first.map(speller.isSpecial), tokens.last.map(speller.isSpecial))
    for start in 0...(first == true ? 1 : 0) {
      for end in 0...(last == true && tokens.count > start ? 1 : 0) {
        var bytes = speller.spell(tokens[start..<tokens.count - end])[...]
        for _ in 0..<2 {
          if bytes.elementsEqual(text) { return .whole }
          // A cut may leave out the beginning or the end, and split a character.
          if !bytes.isEmpty, bytes.count < text.count,
            text.begins(with: bytes)
              || text.ends(with: bytes)
          {
            result = .part
          }
          guard bytes.first == 0x20 else { break }
          bytes.removeFirst()
        }
      }
    }
    return result
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func begins(with bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count <= count && self[..<bytes.count].elementsEqual(bytes)
  }

  fileprivate func ends(with bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count <= count && self[(count - bytes.count)...].elementsEqual(bytes)
  }
}

/// Finds the bytes of token ids without searching, where ids are not too far apart for a table.
private struct TokenSpeller {
  private let vocabulary: Vocabulary
  private let places: [Int32]
  private let bytes: [UInt8]
  private let offsets: [Int64]
  private static let largest: Int32 = 1 << 22

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    bytes = vocabulary.texts.bytes.array
    offsets = vocabulary.texts.offsets.array
    let ids = vocabulary.ids.array
    guard let first = ids.first, first >= 0, let last = ids.last, last < Self.largest else {
      places = []
      return
    }
    var places = [Int32](repeating: -1, count: Int(last) + 1)
    for (place, id) in ids.enumerated() { places[Int(id)] = Int32(place) }
    self.places = places
  }

  func knows(_ id: Int32) -> Bool { place(id) != nil }

  /// Whether a token is nothing or a name in brackets, such as `<s>` or `[SEP]`.
  func isSpecial(_ id: Int32) -> Bool {
    let bytes = spell([id])
    guard let first = bytes.first, let last = bytes.last else { return true }
    return (first, last) == (0x3C, 0x3E) || (first, last) == (0x5B, 0x5D)
  }

  func spell(_ ids: ArraySlice<Int32>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(4 * ids.count)
    for id in ids {
      guard let place = place(id) else { continue }
      text += bytes[Int(offsets[place])..<Int(offsets[place + 1])]
    }
    return text
  }

  private func place(_ id: Int32) -> Int? {
    guard !places.isEmpty else { return vocabulary.index(of: id) }
    guard id >= 0, Int(id) < places.count, places[Int(id)] >= 0 else { return nil }
    return Int(places[Int(id)])
  }
}
