import Basics

/// Whether scores from a file are those that the tokens kept beside them give.
public enum OtherScores {
  /// The share of sequences that may differ: digits are lost in files.
  public static let share = 0.01

  /// What was found; nil where scores and tokens go together, or are not kept apart.
  public static func finding(_ mismatches: [ScoreMismatch]) -> GuardFinding? {
    let tripped = mismatches.filter { Double($0.differing) > share * Double($0.compared) }
    guard let worst = tripped.max(by: { $0.differing < $1.differing }) else { return nil }
    return GuardFinding(
      .otherScores, .tripped, attacks: tripped.map(\.attack),
      figures: [.init("sequences", worst.compared), .init("other_scores", worst.differing)],
      sentence: "\(NumberFormat.count(worst.differing)) of \(NumberFormat.count(worst.compared)) "
        + "sequences with tokens have another \(worst.attack) in the score file than their tokens "
        + "give: figures rest on the file, Tokens shows the evidence, and they are not of the same "
        + "model. Write both in one go: ezscope score --keep-tokens.",
      summary: "scores and tokens do not belong together")
  }
}
