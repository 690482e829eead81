import ScoringCore
import TerminalUI

/// A sequence's true suffix beside what the model wrote, with hidden what is to be hidden.
struct ContinuationExample {
  /// A place of the alignment, as it is shown.
  struct Cell {
    let truth: String
    let made: String
    let agrees: Bool
  }

  let id: String
  let label: Label
  let decoding: String
  let prefixTokens: Int?
  let reproduction: Reproduction
  let cells: [Cell]

  /// The sequences with the longest runs of true tokens, each with its best continuation.
  static func worst(
    _ count: Int, of decodings: [DecodingReproductions], _ continuations: ContinuationTable,
    _ table: EvidenceTable, _ redaction: Redaction
  ) -> [ContinuationExample] {
    guard count > 0 else { return [] }
    return decodings.flatMap { decoding -> [ContinuationExample] in
      let rows = decoding.rows.sorted {
        ($1.longestRun, $1.rougeL, $0.sequence) < ($0.longestRun, $0.rougeL, $1.sequence)
      }
      return rows.prefix(count).compactMap { row in
        let own = continuations.all.indices.filter {
          continuations.sequences[$0] == row.sequence
            && continuations.all[$0].decoding == decoding.decoding
        }
        let best = own.compactMap { place in
          Reproduction(continuations.all[place]).map { (place, $0) }
        }.max { $0.1.longestRun < $1.1.longestRun }
        return best.map { place, reproduction in
          ContinuationExample(
            continuations.all[place], reproduction, table, row.sequence, redaction)
        }
      }
    }
  }

  private init(
    _ continuation: Continuation, _ reproduction: Reproduction, _ table: EvidenceTable,
    _ sequence: Int, _ redaction: Redaction
  ) {
    id = table.id(sequence)
    label = table.label(sequence)
    decoding = continuation.decoding
    prefixTokens = continuation.prefixTokens
    self.reproduction = reproduction
    let sides = Self.sides(continuation, table, sequence)
    let truth = RedactedText.pieces(sides.truth.pieces, redaction)
    let made = RedactedText.pieces(sides.made.pieces, redaction)
    cells = TokenAlignment(truth: sides.truth.ids, made: sides.made.ids).steps.map { step in
      Cell(
        truth: step.truth.map { truth[$0] } ?? "", made: step.made.map { made[$0] } ?? "",
        agrees: step.agrees)
    }
  }

  private typealias Side = (ids: [Int32], pieces: [[UInt8]])

  /// Both sides in the tokenizer's tokens, or in words where the text of some token is not known.
  private static func sides(
    _ continuation: Continuation, _ table: EvidenceTable, _ sequence: Int
  ) -> (truth: Side, made: Side) {
    let vocabulary = table.locate(sequence).chunk.columns.vocabulary
    func side(_ ids: [Int32]?) -> Side? {
      guard let ids, let vocabulary else { return nil }
      let pieces = ids.compactMap { vocabulary.bytes(of: $0) }
      return pieces.count == ids.count ? (ids, pieces) : nil
    }
    if let truth = side(continuation.suffixTokenIDs), let made = side(continuation.tokenIDs) {
      return (truth, made)
    }
    let numbers = TextTokens.numbers(continuation.text, continuation.suffixText)
    func pieces(_ text: String) -> [[UInt8]] {
      let bytes = Array(text.utf8)
      return TextTokens.ranges(of: bytes).map { Array(bytes[$0]) }
    }
    return (
      (numbers.second, pieces(continuation.suffixText)), (numbers.first, pieces(continuation.text))
    )
  }

  /// `m1, member: 48 of 48 tokens, verbatim`.
  var heading: String {
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
  func text(width: Int) -> String {
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
    for cell in cells {
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
