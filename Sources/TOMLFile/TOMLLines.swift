/// Where the keys of a TOML text stand, which the TOML library does not tell.
///
/// Keys are named by their path: `roles.heading`, or `run[2].name` in the third table of an array.
package struct TOMLLines: Sendable {
  private var lines: [String: Int] = [:]
  private var children: [String: [String]] = [:]
  private var lastElements: [String: Int] = [:]

  /// The line of a key or table, from 1.
  package subscript(_ path: String) -> Int? { lines[path] }

  /// The line of a key, of the nearest table around it that is written, or 1.
  package func nearest(_ path: String) -> Int {
    var rest = Substring(path)
    while true {
      if let line = lines[String(rest)] { return line }
      guard let cut = rest.lastIndex(where: { $0 == "." || $0 == "[" }) else { return 1 }
      rest = rest[..<cut]
    }
  }

  /// The keys of a table, in the order of the text.
  package func keys(_ path: String) -> [String] { children[path] ?? [] }

  /// Notes a key and tells its path; that of an array of tables is the path of its last table.
  mutating func note(_ key: String, in table: String, line: Int) -> String {
    let path = table.isEmpty ? key : "\(table).\(key)"
    if lines[path] == nil {
      lines[path] = line
      children[table, default: []].append(key)
    }
    return lastElements[path].map { "\(path)[\($0)]" } ?? path
  }

  /// Notes the header of a table, which may come after those of the tables in it.
  mutating func note(header path: String, line: Int) { lines[path] = line }

  /// Notes one more table of an array of tables and tells its path.
  mutating func noteElement(_ key: String, in table: String, line: Int) -> String {
    _ = note(key, in: table, line: line)
    let path = table.isEmpty ? key : "\(table).\(key)"
    lastElements[path, default: -1] += 1
    return note(element: lastElements[path] ?? 0, of: path, line: line)
  }

  /// Notes a table in a list and tells its path.
  mutating func note(element: Int, of path: String, line: Int) -> String {
    let path = "\(path)[\(element)]"
    lines[path] = line
    return path
  }
}
