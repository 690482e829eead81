import Basics

/// A text as a set of hashed three-word spans, and the minima of many hash functions over it.
struct TextSketch: Sendable {
  /// How many minima make a band; a pair with index s shares a band with chance s³.
  static let rows = 3
  /// How many bands there are.
  static let bands = 32
  /// How many consecutive words make a span.
  static let width = 3

  /// The hashes of the spans, ascending, without repetition; empty if the text has no word.
  let spans: [UInt32]
  private let keys: [UInt32]

  /// Hashes the spans of a text; ASCII letters count in lower case, and punctuation not at all.
  init(_ text: ArraySlice<UInt8>) {
    spans = Self.spans(of: text)
    keys = spans.isEmpty ? [] : Self.keys(of: spans)
  }

  /// The hash of a band's minima.
  func key(_ band: Int) -> UInt32 { keys[band] }

  /// Whether two texts share a band before one.
  func meets(_ other: TextSketch, before band: Int) -> Bool {
    for index in 0..<band where keys[index] == other.keys[index] { return true }
    return false
  }

  /// Jaccard's index of the two sets of spans.
  func similarity(_ other: TextSketch) -> Double {
    var (i, j, shared) = (0, 0, 0)
    spans.withUnsafeBufferPointer { mine in
      other.spans.withUnsafeBufferPointer { theirs in
        while i < mine.count, j < theirs.count {
          let (a, b) = (mine[i], theirs[j])
          if a == b { shared += 1 }
          if a <= b { i += 1 }
          if b <= a { j += 1 }
        }
      }
    }
    return Double(shared) / Double(spans.count + other.spans.count - shared)
  }

  private static func spans(of text: ArraySlice<UInt8>) -> [UInt32] {
    var spans: [UInt32] = []
    spans.reserveCapacity(text.count / 4)
    var (last, beforeLast): (UInt32, UInt32) = (0, 0)
    var words = 0
    func add(_ word: UInt32) {
      words += 1
      if words >= width {
        spans.append(mixed(mixed(beforeLast &* 0x9E37_79B1 &+ last) &* 0x85EB_CA6B &+ word))
      }
      (beforeLast, last) = (last, word)
    }
    forEachWord(in: text, add)
    // What is shorter than a span is one.
    if spans.isEmpty, words > 0 { spans.append(mixed(beforeLast &* 0x9E37_79B1 &+ last)) }
    spans.sort()
    var kept = 0
    for index in spans.indices where index == 0 || spans[index] != spans[kept - 1] {
      spans[kept] = spans[index]
      kept += 1
    }
    spans.removeLast(spans.count - kept)
    return spans
  }

  /// Calls `body` with the hash of each word; scripts that write no spaces give a word a character.
  @inline(__always)
  private static func forEachWord(in text: ArraySlice<UInt8>, _ body: (UInt32) -> Void) {
    let start: UInt32 = 2_166_136_261
    var (hash, length) = (start, 0)
    func end() {
      if length > 0 { body(mixed(hash)) }
      (hash, length) = (start, 0)
    }
    for raw in text {
      let byte = raw >= 0x41 && raw <= 0x5A ? raw | 0x20 : raw
      // Lead bytes from 0xE0 on: Thai, Chinese, Japanese, Korean and others.
      if byte >= 0xE0 { end() }
      let isWord = byte >= 0x80 || byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39
      guard isWord else {
        end()
        continue
      }
      hash = (hash ^ UInt32(byte)) &* 16_777_619
      length += 1
    }
    end()
  }

  private static func keys(of spans: [UInt32]) -> [UInt32] {
    let lanes = HashFunctions.shared
    var minima = lanes.factors.map { _ in SIMD16<UInt32>(repeating: .max) }
    minima.withUnsafeMutableBufferPointer { minima in
      for span in spans {
        let value = SIMD16<UInt32>(repeating: span)
        for group in minima.indices {
          let hash = (value ^ lanes.masks[group]) &* lanes.factors[group]
          minima[group] = pointwiseMin(minima[group], hash)
        }
      }
    }
    let flat = minima.flatMap { vector in (0..<16).map { vector[$0] } }
    return (0..<bands).map { band in
      (0..<rows).reduce(UInt32(band)) { mixed($0 &* 0x9E37_79B1 ^ flat[band * rows + $1]) }
    }
  }
}

/// Ninety-six hash functions, sixteen side by side.
private struct HashFunctions: Sendable {
  static let shared = HashFunctions()
  let masks: [SIMD16<UInt32>]
  let factors: [SIMD16<UInt32>]

  private init() {
    var state: UInt32 = 1
    func next() -> UInt32 {
      state &+= 0x9E37_79B9
      return mixed(state)
    }
    func vector(_ make: () -> UInt32) -> SIMD16<UInt32> {
      var vector = SIMD16<UInt32>()
      for lane in 0..<16 { vector[lane] = make() }
      return vector
    }
    let groups = TextSketch.rows * TextSketch.bands / 16
    masks = (0..<groups).map { _ in vector(next) }
    // Odd factors keep every function one to one.
    factors = (0..<groups).map { _ in vector { next() | 1 } }
  }
}

/// Spreads a number's bits over the whole result (the finalizer of MurmurHash3).
@inline(__always)
private func mixed(_ value: UInt32) -> UInt32 {
  var hash = value
  hash ^= hash >> 16
  hash = hash &* 0x85EB_CA6B
  hash ^= hash >> 13
  hash = hash &* 0xC2B2_AE35
  return hash ^ hash >> 16
}
