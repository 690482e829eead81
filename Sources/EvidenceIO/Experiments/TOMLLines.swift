/// Where keys stand in a TOML text, which the TOML library does not tell.
struct TOMLLines {
  /// A table header or the root, which table of an array it is, and a key in it.
  struct Place: Hashable {
    var table: String
    var index: Int
    var key: String
  }

  private var lines: [Place: Int] = [:]
  private var orders: [Place: [String]] = [:]
  /// The first line with a nameless table header or a bracket that closes another kind of bracket.
  ///
  /// The TOML library does not refuse these but aborts the process.
  private(set) var brokenLine: Int?

  init(_ text: String) {
    var counts: [String: Int] = [:]
    var table = Place(table: "", index: 0, key: "")
    var open: [Character] = []
    var quotes: Substring?
    // Swift takes a carriage return and a line feed together for one character.
    let all = text.replacing("\r\n", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in all.enumerated() {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if quotes == nil && open.isEmpty {
        if trimmed.hasPrefix("[") {
          let isArray = trimmed.hasPrefix("[[")
          if !Self.isHeader(trimmed.dropFirst(isArray ? 2 : 1)) {
            brokenLine = brokenLine ?? index + 1
          }
          let name = String(trimmed.drop { $0 == "[" }.prefix { $0 != "]" })
          let number = counts[name, default: -1] + 1
          counts[name] = number
          table = Place(table: name, index: isArray ? number : 0, key: "")
          lines[table] = index + 1
          continue
        }
        record(trimmed, index + 1, table)
      }
      if !follow(trimmed, &open, &quotes) { brokenLine = brokenLine ?? index + 1 }
    }
  }

  /// The line of a key, of its table if the key is not found, or 1.
  func line(_ table: String, _ index: Int = 0, key: String = "") -> Int {
    lines[Place(table: table, index: index, key: key)]
      ?? lines[Place(table: table, index: index, key: "")] ?? 1
  }

  /// The keys of a table in the order of the text.
  func keys(_ table: String, _ index: Int = 0) -> [String] {
    orders[Place(table: table, index: index, key: "")] ?? []
  }

  private mutating func record(_ line: Substring, _ number: Int, _ table: Place) {
    guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return }
    let key = line[..<equals].filter { $0 != " " && $0 != "\t" && $0 != "\"" && $0 != "'" }
    guard !key.isEmpty else { return }
    lines[Place(table: table.table, index: table.index, key: key)] = number
    orders[table, default: []].append(key)
  }

  private static func isHeader(_ rest: Substring) -> Bool {
    guard let first = rest.first(where: { $0 != " " && $0 != "\t" }) else { return false }
    return first == "\"" || first == "'" || first == "_" || first == "-"
      || first.isASCII && (first.isLetter || first.isNumber)
  }

  /// Keeps track of lists and long strings that go over several lines; false if brackets do not match.
  private func follow(
    _ line: Substring, _ open: inout [Character], _ quotes: inout Substring?
  ) -> Bool {
    var rest = line
    var quote: Character?
    while let first = rest.first {
      if let mark = quotes {
        if rest.hasPrefix(mark) {
          rest = rest.dropFirst(3)
          quotes = nil
        } else if first == "\\" && mark.hasPrefix("\"") {
          rest = rest.dropFirst(2)
        } else {
          rest = rest.dropFirst()
        }
        continue
      }
      if let mark = quote {
        if first == "\\" && mark == "\"" { rest = rest.dropFirst() }
        if first == mark { quote = nil }
      } else if rest.hasPrefix("\"\"\"") || rest.hasPrefix("'''") {
        quotes = rest.prefix(3)
        rest = rest.dropFirst(3)
        continue
      } else if first == "\"" || first == "'" {
        quote = first
      } else if first == "#" {
        return true
      } else if first == "[" || first == "{" {
        open.append(first)
      } else if first == "]" || first == "}" {
        guard open.popLast() == (first == "]" ? "[" : "{") else { return false }
      }
      rest = rest.dropFirst()
    }
    return true
  }
}
