/// Guesses what somebody meant to write.
enum Nearest {
  /// The closest of some names, if any is close.
  static func name(to text: String, among names: [String]) -> String? {
    let scored = names.map { ($0, distance(Array(text.utf8), Array($0.utf8))) }
    guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(2, text.utf8.count / 3) ? best.0 : nil
  }

  /// A remedy that names the closest one.
  static func hint(_ text: String, among names: [String]) -> String? {
    name(to: text, among: names).map { "did you mean \($0)?" }
  }

  /// Levenshtein distance in bytes.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
