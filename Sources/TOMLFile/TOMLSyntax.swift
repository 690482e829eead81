/// Checks that a text is TOML 1.0 by its syntax and notes where its keys stand; keeps no values.
struct TOMLSyntax {
  private let bytes: [UInt8]
  private var lines = TOMLLines()
  private var line = 1
  private var lineStart = 0
  var position = 0

  /// Lists and tables in one another, and names in a dotted key: the library calls itself for each.
  private static let deepest = 32

  static func lines(of text: String) throws(TOMLError) -> TOMLLines {
    var syntax = TOMLSyntax(bytes: Array(text.utf8))
    try syntax.readDocument()
    return syntax.lines
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      lineStart = 3
    }
  }

  private mutating func readDocument() throws(TOMLError) {
    var table = ""
    while true {
      skipBlanks()
      switch byte {
      case nil: return
      case UInt8(ascii: "["): table = try readHeader()
      case UInt8(ascii: "#"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
      default: try readSetting(in: table, depth: 0)
      }
      try endLine()
    }
  }

  private mutating func readHeader() throws(TOMLError) -> String {
    position += 1
    let isArray = take("[")
    let line = line
    var keys = try readKey()
    let last = keys.removeLast()
    var table = ""
    for key in keys { table = lines.note(key, in: table, line: line) }
    guard take("]"), !isArray || take("]") else {
      throw error("the table's name is not followed by \(isArray ? "]]" : "]")")
    }
    if isArray { return lines.noteElement(last, in: table, line: line) }
    table = lines.note(last, in: table, line: line)
    lines.note(header: table, line: line)
    return table
  }

  private mutating func readSetting(in table: String, depth: Int) throws(TOMLError) {
    let line = line
    var path = table
    for key in try readKey() { path = lines.note(key, in: path, line: line) }
    guard take("=") else { throw error("the key is not followed by =") }
    skipBlanks()
    try readValue(path, depth)
  }

  /// Reads a key, dotted or not, and the blanks around it.
  private mutating func readKey() throws(TOMLError) -> [String] {
    var keys: [String] = []
    repeat {
      skipBlanks()
      let start = position
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        try readLineText()
        keys.append(String(decoding: bytes[start + 1..<position - 1], as: UTF8.self))
      default:
        while let byte, Self.isBare(byte) { position += 1 }
        guard position > start else { throw error("a key is missing") }
        keys.append(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      guard keys.count <= Self.deepest else { throw error("the key has too many parts") }
      skipBlanks()
    } while take(".")
    return keys
  }

  private mutating func readValue(_ path: String, _ depth: Int) throws(TOMLError) {
    guard depth < Self.deepest else { throw error("lists and tables are nested too deeply") }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try readText()
    case UInt8(ascii: "["): try readList(path, depth)
    case UInt8(ascii: "{"): try readInlineTable(path, depth)
    default: try readWord()
    }
  }

  private mutating func readList(_ path: String, _ depth: Int) throws(TOMLError) {
    position += 1
    var index = 0
    while true {
      try skipLines()
      if take("]") { return }
      let isTable = byte == UInt8(ascii: "{")
      let element = isTable ? lines.note(element: index, of: path, line: line) : "\(path)[\(index)]"
      try readValue(element, depth + 1)
      index += 1
      try skipLines()
      if take("]") { return }
      guard take(",") else { throw error("the list goes on without a comma, or lacks its ]") }
    }
  }

  private mutating func readInlineTable(_ path: String, _ depth: Int) throws(TOMLError) {
    position += 1
    skipBlanks()
    if take("}") { return }
    while true {
      try readSetting(in: path, depth: depth + 1)
      skipBlanks()
      if take("}") { return }
      guard take(",") else { throw error("the table goes on without a comma, or lacks its }") }
    }
  }

  /// Blanks, comments and line ends between the values of a list.
  private mutating func skipLines() throws(TOMLError) {
    while true {
      skipBlanks()
      guard let byte, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\r") || byte == 10 else {
        return
      }
      try endLine()
    }
  }

  /// The rest of a line: a comment and the line end.
  private mutating func endLine() throws(TOMLError) {
    skipBlanks()
    if byte == UInt8(ascii: "#") {
      while let byte, !atLineEnd {
        guard !Self.isControl(byte) else { throw error("a control character in a comment") }
        position += 1
      }
    }
    guard byte == nil || takeLineEnd() else {
      throw error("only a comment may follow on this line")
    }
  }
}

extension TOMLSyntax {
  /// The byte at the position; nil at the end.
  var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  func byte(after distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  func text(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

  var atLineEnd: Bool {
    byte == 10 || byte == UInt8(ascii: "\r") && byte(after: 1) == 10
  }

  mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: wanted) else { return false }
    position += 1
    return true
  }

  mutating func takeLineEnd() -> Bool {
    guard atLineEnd else { return false }
    position += byte == 10 ? 1 : 2
    line += 1
    lineStart = position
    return true
  }

  mutating func skipBlanks() {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  /// What is wrong at the position.
  func error(_ problem: String) -> TOMLError {
    // Continuation bytes are no characters of their own.
    let before = bytes[lineStart..<position].count { $0 & 0xC0 != 0x80 }
    return TOMLError(line: line, column: before + 1, problem: problem)
  }

  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 9 || byte == 0x7F }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  static func isBare(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || isDigit(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}
