import Basics

/// Texts of tokens as tokenizers keep them inside: `Ġthe` for a blank and `the`, `▁the` likewise.
///
/// Whoever asks a tokenizer for its tokens, rather than for their texts, writes them so. They are
/// only taken for that where the exact texts then spell the text.
enum TokenAlphabet {
  /// The byte each character of byte-level tokenizers stands for.
  private static let bytes: [Unicode.Scalar: UInt8] = {
    var result: [Unicode.Scalar: UInt8] = [:]
    var next: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      let isPlain = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      let code = isPlain ? UInt32(byte) : next
      if !isPlain { next += 1 }
      if let scalar = Unicode.Scalar(code) { result[scalar] = byte }
    }
    return result
  }()

  /// The exact texts of tokens that spell a text in a tokenizer's own alphabet; nil unless they do.
  static func exact(_ tokens: TextList, spelling text: [UInt8]) -> TextList? {
    guard !text.isEmpty, tokens.count > 0, tokens.bytes != text else { return nil }
    for decode in [byteLevel, sentencePiece] {
      guard let list = decode(tokens) else { continue }
      let bytes = list.bytes
      if bytes == text || bytes.first == 0x20 && bytes.dropFirst().elementsEqual(text) {
        return list
      }
      // A token that opens every text is no part of it.
      let later = bytes[list.range(0).upperBound...]
      if later.elementsEqual(text) || later.first == 0x20 && later.dropFirst().elementsEqual(text) {
        return list
      }
    }
    return nil
  }

  private static func byteLevel(_ tokens: TextList) -> TextList? {
    var result = TextList()
    for index in 0..<tokens.count {
      let shown = tokens[index]
      var decoded: [UInt8] = []
      for scalar in String(decoding: shown, as: UTF8.self).unicodeScalars {
        guard let byte = bytes[scalar] else {
          // A special token is spelled as it is.
          guard index == 0 else { return nil }
          decoded = shown
          break
        }
        decoded.append(byte)
      }
      result.append(decoded)
    }
    return result
  }

  private static func sentencePiece(_ tokens: TextList) -> TextList? {
    var result = TextList()
    for index in 0..<tokens.count {
      let text = String(decoding: tokens[index], as: UTF8.self)
      let bytes = Array(text.replacing("\u{2581}", with: " ").utf8)
      result.append(bytes.withUnsafeBufferPointer { TokenSpelling.bytes($0) } ?? bytes)
    }
    return result
  }
}
