extension Frame {
  /// How each cell is meant to look: a map of one letter a style, then what the letters mean.
  ///
  /// Plain text is `.`; letters are given out in the order styles first appear.
  package func roles() -> String {
    let letters = Array(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&*+-/:;<=>@^_~")
    var given: [Style: Character] = [.text: "."]
    var legend: [String] = []
    var rows: [String] = []
    for y in 0..<size.height {
      var line = ""
      for cell in row(y) {
        if given[cell.style] == nil {
          let letter = legend.count < letters.count ? letters[legend.count] : "?"
          given[cell.style] = letter
          legend.append("\(letter) = \(cell.style)")
        }
        line.append(given[cell.style] ?? "?")
      }
      while line.last == "." { line.removeLast() }
      rows.append(line)
    }
    return (rows + legend).joined(separator: "\n")
  }
}

extension Style: CustomStringConvertible {
  /// Its role, surface and emphasis in words, such as `shift.up2 on selection, bold`.
  package var description: String {
    let names: [(Emphasis, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"),
    ]
    let ground = surface.map { " on \($0.rawValue)" } ?? ""
    let marks = names.filter { emphasis.contains($0.0) }.map { ", " + $0.1 }.joined()
    return role.rawValue + ground + marks
  }
}
