/// What sort of content a token is part of.
public enum TokenClass: String, CaseIterable, Sendable {
  /// Part of an address, or of six or more characters that mix letters and digits.
  case secretLike = "secret_like"
  /// Holds a digit.
  case digits
  /// Part of a word that begins with a capital.
  case capitalised
  /// Nothing but marks and blanks.
  case punctuation
  /// A token seldom seen in this evidence, of none of the classes above.
  case rare
  /// Everything else.
  case other
  /// A token whose text is not known.
  case unknown

  /// What outputs call it.
  public var title: String {
    switch self {
    case .secretLike: "secret-like strings"
    case .digits: "digits"
    case .capitalised: "capitalised words"
    case .punctuation: "punctuation"
    case .rare: "rare tokens"
    case .other: "other"
    case .unknown: "unknown tokens"
    }
  }

  /// The classes of a text's tokens by what they say; the first class that fits counts.
  ///
  /// A token belongs to the string it is part of: the tail of a capitalised word is capitalised, and
  /// every piece of a key is secret-like. Rarity is not looked at here.
  public static func classes(of tokens: [[UInt8]]) -> [TokenClass] {
    let bytes = Array(tokens.joined())
    let kinds = ByteKinds(bytes)
    var end = 0
    return tokens.map { token in
      let range = end..<end + token.count
      end += token.count
      return kinds.of(range)
    }
  }
}

/// For each byte of a text the class of the string it is part of.
private struct ByteKinds {
  private var kinds: [TokenClass]

  init(_ bytes: [UInt8]) {
    kinds = bytes.map { byte in
      Self.isDigit(byte) ? .digits : Self.isLetter(byte) ? .other : .punctuation
    }
    markCapitals(bytes)
    markSecrets(bytes)
  }

  func of(_ range: Range<Int>) -> TokenClass {
    if range.isEmpty { return .unknown }
    let found = kinds[range]
    for kind in [TokenClass.secretLike, .digits, .capitalised] where found.contains(kind) {
      return kind
    }
    return found.allSatisfy { $0 == .punctuation } ? .punctuation : .other
  }

  private mutating func markCapitals(_ bytes: [UInt8]) {
    var place = 0
    while place < bytes.count {
      let start = place
      while place < bytes.count, Self.isLetter(bytes[place]) { place += 1 }
      if place > start, Self.beginsWithCapital(bytes[start..<place]) {
        for index in start..<place { kinds[index] = .capitalised }
      }
      place += place == start ? 1 : 0
    }
  }

  /// Looks at characters without a blank between them.
  private mutating func markSecrets(_ bytes: [UInt8]) {
    var place = 0
    while place < bytes.count {
      let start = place
      while place < bytes.count, !Self.isBlank(bytes[place]) { place += 1 }
      let chunk = start..<place
      if Self.isAddress(bytes[chunk]) {
        for index in chunk { kinds[index] = .secretLike }
      } else {
        markMixed(bytes, chunk)
      }
      place += place == start ? 1 : 0
    }
  }

  private mutating func markMixed(_ bytes: [UInt8], _ chunk: Range<Int>) {
    var place = chunk.lowerBound
    while place < chunk.upperBound {
      let start = place
      while place < chunk.upperBound, Self.isKeyCharacter(bytes[place]) { place += 1 }
      let run = bytes[start..<place]
      if run.count >= 6, run.contains(where: Self.isDigit), run.contains(where: Self.isLetter) {
        for index in start..<place { kinds[index] = .secretLike }
      }
      place += place == start ? 1 : 0
    }
  }

  /// `a@b`, or `scheme://...`.
  private static func isAddress(_ chunk: ArraySlice<UInt8>) -> Bool {
    if let at = chunk.firstIndex(of: UInt8(ascii: "@")) {
      return at > chunk.startIndex && at + 1 < chunk.endIndex && isKeyCharacter(chunk[at - 1])
        && isKeyCharacter(chunk[at + 1])
    }
    return chunk.indices.dropLast(3).contains { place in
      chunk[place] == UInt8(ascii: ":") && chunk[place + 1] == UInt8(ascii: "/")
        && chunk[place + 2] == UInt8(ascii: "/")
    }
  }

  private static func beginsWithCapital(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first else { return false }
    if first < 0x80 { return first <= 0x5A }
    let scalar = String(decoding: word.prefix(4), as: UTF8.self).unicodeScalars.first
    return scalar?.properties.isUppercase ?? false
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte >= 0x09 && byte <= 0x0D
  }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A || byte >= 0x80
  }
  private static func isKeyCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
      UInt8(ascii: "_"):
      true
    default: isDigit(byte) || isLetter(byte)
    }
  }
}

/// Which tokens are rare in a table.
struct RareTokens {
  /// The rarest tokens that together make at most this share of all are rare.
  static let share = 0.05
  private let limit: Int
  private let counts: [Int32: Int]

  /// Counts the tokens of all sequences, members or not, so that rarity knows nothing of labels.
  init(_ table: EvidenceTable) {
    var counts: [Int32: Int] = [:]
    var total = 0
    for chunk in table.chunks {
      guard let ids = chunk.columns.tokenIDs else { continue }
      total += ids.count
      let span = ids.span
      for index in 0..<ids.count { counts[span[index], default: 0] += 1 }
    }
    var (limit, used) = (0, 0)
    let byCount = Dictionary(grouping: counts.values, by: { $0 })
    for (count, tokens) in byCount.sorted(by: { $0.key < $1.key }) {
      used += count * tokens.count
      guard Double(used) <= Self.share * Double(total) else { break }
      limit = count
    }
    self.counts = counts
    self.limit = limit
  }

  /// Whether a token is rare.
  func contains(_ id: Int32) -> Bool { (counts[id] ?? 0) <= limit }
}
