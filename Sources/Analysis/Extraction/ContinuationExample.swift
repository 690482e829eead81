import ScoringCore

/// A sequence's true suffix beside what the model wrote.
package struct ContinuationExample {
  package let id: String
  package let label: Label
  package let decoding: String
  package let prefixTokens: Int?
  package let reproduction: Reproduction
  /// The true suffix in pieces: tokens, or words where the text of some token is not known.
  package let truth: [[UInt8]]
  /// What the model wrote, in pieces.
  package let made: [[UInt8]]
  /// Which piece stands beside which.
  package let steps: [TokenAlignment.Step]

  /// The sequences with the longest runs of true tokens, each with its best continuation.
  package static func worst(
    _ count: Int, of decodings: [DecodingReproductions], _ continuations: ContinuationTable,
    _ table: EvidenceTable
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
            continuations.all[place], reproduction, table, row.sequence)
        }
      }
    }
  }

  private init(
    _ continuation: Continuation, _ reproduction: Reproduction, _ table: EvidenceTable,
    _ sequence: Int
  ) {
    id = table.id(sequence)
    label = table.label(sequence)
    decoding = continuation.decoding
    prefixTokens = continuation.prefixTokens
    self.reproduction = reproduction
    let sides = Self.sides(continuation, table, sequence)
    truth = sides.truth.pieces
    made = sides.made.pieces
    steps = TokenAlignment(truth: sides.truth.ids, made: sides.made.ids).steps
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
}
