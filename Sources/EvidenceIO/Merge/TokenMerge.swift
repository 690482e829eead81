import ScoringCore

/// Joins the token ids of chunks of the same sequences, which must agree.
struct TokenMerge {
  /// The files the chunks are from, for messages.
  let files: [String]
  /// The vocabulary of all.
  let vocabulary: Vocabulary?

  /// The token ids, from the target's file if it has any: its first choices are of the same ids.
  ///
  /// - Throws: `IngestError` with the first difference.
  func merge(_ parts: [EvidenceChunk]) throws(IngestError) -> Column<Int32>? {
    let present = parts.indices.filter { parts[$0].columns.tokenIDs != nil }
    let main = present.first { !parts[$0].columns.target.isEmpty } ?? present.first
    guard let main, let ids = parts[main].columns.tokenIDs else { return nil }
    var filled: [Int32]?
    for index in present where index != main {
      guard let others = parts[index].columns.tokenIDs, !ids.isIdentical(to: others) else {
        continue
      }
      let byText = [main, index].contains {
        parts[$0].columns.vocabulary?.idsAreOriginal == false
      }
      for row in 0..<parts[main].count {
        let (mine, theirs) = (parts[main].tokenRange(row), parts[index].tokenRange(row))
        guard mine.count == theirs.count,
          zip(mine, theirs).allSatisfy({ isSame(ids[$0], others[$1], byText: byText) })
        else {
          throw TokenDifference(file: files[index], other: files[main], vocabulary: vocabulary)
            .error(parts[index], row, parts[main], row)
        }
        if let first = mine.first, Self.rank(others[theirs.lowerBound]) > Self.rank(ids[first]) {
          filled = filled ?? ids.array
          filled?[first] = others[theirs.lowerBound]
        }
      }
    }
    return filled.map(Column.init) ?? ids
  }

  /// Whether an id is a tokenizer's, rather than unknown or standing for a text.
  private static func isOwn(_ id: Int32) -> Bool { id >= 0 && id < RecordParser.firstStandIn }

  /// How much an id tells: nothing, a text, or what the tokenizer calls it.
  private static func rank(_ id: Int32) -> Int { id < 0 ? 0 : isOwn(id) ? 2 : 1 }

  /// Whether two tokens are one; a first token may be unknown, and ids without a tokenizer are
  /// compared by their texts.
  private func isSame(_ left: Int32, _ right: Int32, byText: Bool) -> Bool {
    if left == right || left < 0 || right < 0 { return true }
    guard byText || !Self.isOwn(left) || !Self.isOwn(right) else { return false }
    // A token without a text cannot be compared; the others of its sequence can.
    guard let text = vocabulary?.bytes(of: left), let other = vocabulary?.bytes(of: right) else {
      return true
    }
    return text == other
  }
}
