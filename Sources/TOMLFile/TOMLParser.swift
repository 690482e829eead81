/// Reads a TOML 1.0 text and notes where its keys stand.
struct TOMLParser {
  private let bytes: [UInt8]
  private(set) var lines = TOMLLines()
  private var line = 1
  private var lineStart = 0
  var position = 0

  /// Lists and tables in one another, and names in a dotted key: reading calls itself for each.
  private static let deepest = 32

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      lineStart = 3
    }
  }

  mutating func readDocument() throws(TOMLError) -> TOMLTable {
    let root = TableBuilder(.header)
    var (table, path) = (root, "")
    while true {
      skipBlanks()
      switch byte {
      case nil: return root.table
      case UInt8(ascii: "["): (table, path) = try readHeader(root)
      case UInt8(ascii: "#"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
      default: try readSetting(in: table, path, depth: 0)
      }
      try endLine()
    }
  }

  private mutating func readHeader(
    _ root: TableBuilder
  ) throws(TOMLError) -> (TableBuilder, String) {
    let start = position
    position += 1
    let isArray = consume("[")
    let line = line
    var keys = try readKey()
    let last = keys.removeLast()
    guard consume("]"), !isArray || consume("]") else {
      throw error("the table's name is not followed by \(isArray ? "]]" : "]")")
    }
    var (table, path) = (root, "")
    for key in keys {
      guard let next = table.descend(header: key) else {
        throw error("\(key) is a value or a complete table; no table can stand in it", at: start)
      }
      table = next
      path = lines.note(key, in: path, line: line)
    }
    guard let opened = isArray ? table.append(last) : table.open(last) else {
      throw error("\(last) is written twice", at: start)
    }
    if isArray { return (opened, lines.noteElement(last, in: path, line: line)) }
    path = lines.note(last, in: path, line: line)
    lines.note(header: path, line: line)
    return (opened, path)
  }

  private mutating func readSetting(
    in table: TableBuilder, _ path: String, depth: Int
  ) throws(TOMLError) {
    let line = line
    let start = position
    var keys = try readKey()
    let last = keys.removeLast()
    var (table, path) = (table, path)
    for key in keys {
      guard let next = table.descend(dotted: key) else {
        throw error("\(key) is written twice", at: start)
      }
      table = next
      path = lines.note(key, in: path, line: line)
    }
    path = lines.note(last, in: path, line: line)
    guard consume("=") else { throw error("the key is not followed by =") }
    skipBlanks()
    let value = try readValue(path, depth)
    guard table.set(last, value) else {
      throw TOMLError(line: line, column: 1, problem: "\(last) is written twice")
    }
  }

  /// Reads a key, dotted or not, and the blanks around it.
  private mutating func readKey() throws(TOMLError) -> [String] {
    var keys: [String] = []
    repeat {
      skipBlanks()
      let start = position
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        keys.append(try readLineText())
      default:
        while let byte, Self.isBare(byte) { position += 1 }
        guard position > start else { throw error("a key is missing") }
        keys.append(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      guard keys.count <= Self.deepest else { throw error("the key has too many parts") }
      skipBlanks()
    } while consume(".")
    return keys
  }

  private mutating func readValue(
    _ path: String, _ depth: Int
  ) throws(TOMLError) -> TOMLValue {
    guard depth < Self.deepest else { throw error("lists and tables are nested too deeply") }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try readText())
    case UInt8(ascii: "["): return .array(try readList(path, depth))
    case UInt8(ascii: "{"): return .table(try readInlineTable(path, depth))
    default: return try readWord()
    }
  }

  private mutating func readList(
    _ path: String, _ depth: Int
  ) throws(TOMLError) -> [TOMLValue] {
    position += 1
    var list: [TOMLValue] = []
    while true {
      try skipLines()
      if consume("]") { return list }
      var element = "\(path)[\(list.count)]"
      if byte == UInt8(ascii: "{") {
        element = lines.note(element: list.count, of: path, line: line)
      }
      list.append(try readValue(element, depth + 1))
      try skipLines()
      if consume("]") { return list }
      guard consume(",") else { throw error("the list goes on without a comma, or lacks its ]") }
    }
  }

  private mutating func readInlineTable(
    _ path: String, _ depth: Int
  ) throws(TOMLError) -> TOMLTable {
    let table = TableBuilder(.inline)
    position += 1
    skipBlanks()
    if consume("}") { return table.table }
    while true {
      try readSetting(in: table, path, depth: depth + 1)
      skipBlanks()
      if consume("}") { return table.table }
      guard consume(",") else { throw error("the table goes on without a comma, or lacks its }") }
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
    guard byte == nil || consumeLineEnd() else {
      throw error("only a comment may follow on this line")
    }
  }
}

extension TOMLParser {
  /// The byte at the position; nil at the end.
  var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  func byte(after distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  func text(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

  var atLineEnd: Bool {
    byte == 10 || byte == UInt8(ascii: "\r") && byte(after: 1) == 10
  }

  mutating func consume(_ wanted: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: wanted) else { return false }
    position += 1
    return true
  }

  mutating func consumeLineEnd() -> Bool {
    guard atLineEnd else { return false }
    position += byte == 10 ? 1 : 2
    line += 1
    lineStart = position
    return true
  }

  mutating func skipBlanks() {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  /// What is wrong at a position of this line, by default the current one.
  func error(_ problem: String, at place: Int? = nil) -> TOMLError {
    // Continuation bytes are no characters of their own.
    let before = bytes[lineStart..<max(lineStart, place ?? position)].count { $0 & 0xC0 != 0x80 }
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
