import Analysis
import ScoringCore
import TerminalUI

extension ContinuationExample {
  /// A place of the alignment, as it is shown.
  package struct Cell {
    package let truth: String
    package let made: String
    package let agrees: Bool
  }

  /// The alignment with hidden what is to be hidden.
  package func cells(_ redaction: Redaction) -> [Cell] {
    let truth = RedactedText.pieces(truth, redaction)
    let made = RedactedText.pieces(made, redaction)
    return steps.map { step in
      Cell(
        truth: step.truth.map { truth[$0] } ?? "", made: step.made.map { made[$0] } ?? "",
        agrees: step.agrees)
    }
  }

  /// `m1, member: 48 of 48 tokens, verbatim`.
  package var heading: String {
    var parts = ["\(decoding), longest run \(reproduction.longestRun) tokens"]
    if reproduction.isVerbatim {
      parts.append("verbatim (\(reproduction.comparedTokens) tokens compared)")
    } else {
      parts.append(
        "\(reproduction.editDistance) edits in \(reproduction.comparedTokens) tokens")
      if reproduction.isNearVerbatim { parts.append("near-verbatim") }
    }
    if let prefixTokens { parts.append("after \(prefixTokens) tokens") }
    return "\(id), \(label.name): " + parts.joined(separator: ", ")
  }

  /// Lines of at most `width` cells: the truth, the continuation, and marks under what differs.
  package func text(width: Int, _ redaction: Redaction) -> String {
    var text = ""
    var lines = ["", "", ""]
    func flush() {
      guard !lines[0].isEmpty || !lines[1].isEmpty else { return }
      let agrees = !lines[2].contains("^")
      for (title, line) in zip(["true   ", "model  ", "       "], lines) {
        if agrees, title == "       " { continue }
        var line = title + line
        while line.last == " " { line.removeLast() }
        text += "    " + line + "\n"
      }
      text += "\n"
      lines = ["", "", ""]
    }
    let room = width - 11
    var used = 0
    for cell in cells(redaction) {
      let sides = [cell.truth, cell.made].map {
        Sanitize.text($0, escaping: .unicodeWhitespace)
      }
      let wide = sides.map { Sanitize.width(of: $0) }
      let size = max(1, wide[0], wide[1])
      if used + size > room { flush() }
      if lines[2].isEmpty { used = 0 }
      for side in 0..<2 {
        lines[side] += sides[side] + String(repeating: " ", count: size - wide[side])
      }
      lines[2] += String(repeating: cell.agrees ? " " : "^", count: size)
      used += size
    }
    flush()
    return text
  }
}
