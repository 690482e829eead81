/// Gap-K%: how far the true token falls behind the target's first choice (arXiv 2601.19936).
///
/// The paper (Kwak and Kim) is known here by its abstract only: the gap between the log-probability
/// of the first choice and that of the true token, a sliding window, the K % that stand out. What is
/// computed: g_j = t_j − top1_j ≤ 0; the mean of g over every `window` consecutive positions; the
/// mean of the lowest floor(windows·k/100) of those. The defaults are ours: k = 20 as in Min-K%, and
/// windows of 3. Where no window is kept the score is undefined.
public struct GapK: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "gap-k", title: "Gap-K%",
    source: "after the abstract of Kwak and Kim 2026, arXiv 2601.19936",
    summary: "mean of the lowest k % of windows of the true token's lag behind the first choice",
    needs: [.target, .targetTop1Logprobs])
  /// The share of windows and their length.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of windows kept", alwaysSpelled: true),
    .int("window", \.window, 1...1_000_000, "positions a window"),
  ]

  /// The percentage of windows kept.
  public var k = 20
  /// Positions per window.
  public var window = 3

  /// The attack with k = 20 and windows of 3.
  public init() {}

  /// The mean of the lowest windows, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let best = present(sequence.target.top1Logprobs)
    else { return .none(.missingEvidence) }
    let scored = sequence.scored
    scratch.doubles.removeAll(keepingCapacity: true)
    for index in 0..<target.count {
      if let scored, scored[index] == 0 { continue }
      scratch.doubles.append(Double(target[index]) - Double(best[index]))
    }
    return meanOfLowestWindows(percent: k, window: window, stride: 1, &scratch)
  }
}
