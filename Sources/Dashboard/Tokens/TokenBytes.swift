/// Turns a token's bytes into text to show.
package enum TokenBytes {
  /// The text; bytes that are not UTF-8 as `<0xE6>`, a byte each.
  package static func text(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = min(4, rest.count)
      let whole = (1...length).first { size in
        String(validating: rest.prefix(size), as: UTF8.self) != nil
      }
      if let whole {
        text += String(decoding: rest.prefix(whole), as: UTF8.self)
        rest = rest.dropFirst(whole)
      } else {
        let digits = String(first, radix: 16, uppercase: true)
        text += "<0x" + (digits.utf8.count < 2 ? "0" : "") + digits + ">"
        rest = rest.dropFirst()
      }
    }
    return text
  }
}
