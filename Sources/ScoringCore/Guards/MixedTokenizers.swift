import Basics

/// Whether two compared runs cut the same texts into the same tokens.
///
/// Counts of errors, windows and means over tokens of two tokenizers are no measures of one thing.
enum MixedTokenizers {
  /// The most shared sequences that are looked at.
  private static let mostSequences = 2000

  static func finding(_ first: GuardSubject, _ second: GuardSubject) -> GuardFinding {
    guard let one = first.table, let two = second.table else {
      return .notChecked(.misalignedTokens, because: "of one run only the scores are known")
    }
    let join = IDJoin(one.ids, two.ids)
    let picked = systematicSample(Array(0..<join.count), atMost: mostSequences)
    var (looked, different) = (0, 0)
    for place in picked {
      let a = tokens(of: Int(join.left[place]), in: one)
      let b = tokens(of: Int(join.right[place]), in: two)
      guard !a.isEmpty, !b.isEmpty else { continue }
      looked += 1
      // Without ids the number of tokens is all there is to go by.
      let isAlike = a.ids != nil && b.ids != nil ? a.ids == b.ids : a.count == b.count
      if !isAlike { different += 1 }
    }
    guard looked > 0 else {
      return .notChecked(.misalignedTokens, because: "the runs share no tokens")
    }
    let isMixed = Double(different) > MisalignedTokens.share * Double(looked)
    let (a, b) = (first.run.name, second.run.name)
    let sentence =
      isMixed
      ? "\(NumberFormat.count(different)) of \(NumberFormat.count(looked)) texts have other tokens under "
        + "\(a) than under \(b): with two tokenizers, errors, windows and means per token do not "
        + "measure the same thing. Compare runs of one tokenizer."
      : "\(a) and \(b) cut the same texts into the same tokens."
    return GuardFinding(
      .misalignedTokens, isMixed ? .tripped : .passed,
      figures: [.init("texts", looked), .init("texts_with_other_tokens", different)],
      sentence: sentence, summary: "the runs have different tokens")
  }

  private struct Tokens {
    var count: Int
    var ids: [Int32]?
    var isEmpty: Bool { count == 0 }
  }

  private static func tokens(of row: Int, in table: EvidenceTable) -> Tokens {
    guard row < table.count else { return Tokens(count: 0, ids: nil) }
    let (chunk, index) = table.locate(row)
    let range = chunk.tokenRange(index)
    // Ids given out while reading are not comparable between runs.
    let isComparable = chunk.columns.vocabulary?.idsAreOriginal ?? true
    let ids = isComparable ? chunk.columns.tokenIDs : nil
    return Tokens(count: range.count, ids: ids.map { column in range.map { column[$0] } })
  }
}
