/// Where the keys of a TOML file stand: the parser tells no positions of values it accepted.
struct TOMLLines {
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    var section = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.first == "[", let end = line.lastIndex(of: "]") {
        section = String(line[line.index(after: line.startIndex)..<end])
        lines[section] = index + 1
      } else if let equals = line.firstIndex(of: "="), line.first != "#" {
        let key = line[..<equals].filter { !" \t\"'".contains($0) }
        lines[section.isEmpty ? key : "\(section).\(key)"] = index + 1
      }
    }
  }

  /// The line of a key or section, from 1.
  subscript(_ path: String) -> Int? { lines[path] }
}
