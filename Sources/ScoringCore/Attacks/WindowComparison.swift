import Basics

/// WBC: in how many windows the target beats the reference (Chen et al., arXiv 2601.02751).
///
/// For each window length w, the share of contiguous windows whose summed loss is strictly lower
/// under the target; the score is the mean over lengths, in [0, 1]. The default lengths are those of
/// the released code, not of the paper's equation 12, which are `geometric`. A window longer than the
/// text is cut to it, so short texts repeat the whole-sequence vote. Instead of the share of windows
/// won, `aggregate` can take the mean, median or least of the windows' summed shifts, in nats, as in
/// the paper's ablation; the mean over lengths is taken of those.
public struct WindowComparison: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "wbc", title: "WBC", source: "Chen et al. 2026, arXiv 2601.02751",
    summary: "share of windows whose loss is lower under the target, over window lengths",
    needs: [.target, .reference])
  /// The window lengths.
  public static let parameters: [Parameter<Self>] = [
    .word(
      "windows", \.windows, allowed: "geometric, or lengths joined by '-', such as 2-3-4-6-9",
      "window lengths"),
    .choice("aggregate", \.aggregate, "what the windows of one length become"),
  ]

  /// What the windows of one length become.
  public enum Aggregate: String, CaseIterable, Sendable {
    /// The share of windows whose summed loss is strictly lower under the target.
    case votes
    /// The mean of their summed shifts, in nats.
    case mean
    /// The median of their summed shifts, in nats.
    case median
    /// The least of their summed shifts, in nats.
    case min
  }

  /// The window lengths, in tokens.
  public var windows = WindowLengths.released
  /// What the windows of one length become.
  public var aggregate = Aggregate.votes

  /// The attack with the released code's ten lengths.
  public init() {}

  /// The mean share of windows won, in [0, 1], or what the aggregate says.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let reference = present(sequence.reference.logprobs)
    else { return .none(.missingEvidence) }
    // Prefix sums of t − r: a window's difference is one subtraction.
    scratch.doubles.removeAll(keepingCapacity: true)
    scratch.doubles.append(0)
    var running = 0.0
    let scored = sequence.scored
    for index in 0..<target.count {
      if let scored, scored[index] == 0 { continue }
      running += Double(target[index]) - Double(reference[index])
      scratch.doubles.append(running)
    }
    guard scratch.doubles.count > 1 else { return .none(.tooShort) }
    guard running.isFinite else { return scoreNonFinite(sequence, target, reference) }
    guard aggregate == .votes else { return scoreOfSums(&scratch) }
    let prefix = scratch.doubles.span
    let length = prefix.count - 1
    var total = 0.0
    for window in windows.lengths {
      let width = min(window, length)
      total += Double(countOfRises(over: width, in: prefix)) / Double(length - width + 1)
    }
    return .ordinary(total / Double(windows.lengths.count))
  }

  /// The mean over lengths of an aggregate of window sums, from the prefix sums in the scratch.
  private func scoreOfSums(_ scratch: inout Scratch) -> Score {
    let length = scratch.doubles.count - 1
    var total = 0.0
    for window in windows.lengths {
      let width = min(window, length)
      scratch.moreDoubles.removeAll(keepingCapacity: true)
      for start in 0...(length - width) {
        scratch.moreDoubles.append(scratch.doubles[start + width] - scratch.doubles[start])
      }
      total += aggregate.value(&scratch.moreDoubles)
    }
    return .ordinary(total / Double(windows.lengths.count))
  }

  /// The same with infinite log-probabilities, where differences of prefix sums mean nothing.
  private func scoreNonFinite(
    _ sequence: borrowing SequenceView, _ target: Span<Float>,
    _ reference: Span<Float>
  ) -> Score {
    let kept = (0..<target.count).filter { index in
      guard let scored = sequence.scored else { return true }
      return scored[index] != 0
    }
    var total = 0.0
    for window in windows.lengths {
      let width = min(window, kept.count)
      var won = 0
      var shifts: [Double] = []
      for start in 0...(kept.count - width) {
        var (targetLoss, referenceLoss) = (0.0, 0.0)
        for index in kept[start..<start + width] {
          targetLoss -= Double(target[index])
          referenceLoss -= Double(reference[index])
        }
        if referenceLoss > targetLoss { won += 1 }
        shifts.append(referenceLoss - targetLoss)
      }
      if aggregate == .votes {
        total += Double(won) / Double(kept.count - width + 1)
      } else if shifts.contains(where: \.isNaN) {
        return .none(.nonFinite)
      } else {
        total += aggregate.value(&shifts)
      }
    }
    return .ordinary(total / Double(windows.lengths.count))
  }
}

extension WindowComparison.Aggregate {
  /// The aggregate of at least one window sum; their order may change.
  fileprivate func value(_ sums: inout [Double]) -> Double {
    switch self {
    case .votes: return Double(sums.count { $0 > 0 }) / Double(sums.count)
    case .mean: return sums.reduce(0, +) / Double(sums.count)
    case .median:
      sums.sort()
      let middle = sums.count / 2
      return sums.count % 2 == 1 ? sums[middle] : (sums[middle - 1] + sums[middle]) / 2
    case .min: return sums.reduce(.infinity) { Swift.min($0, $1) }
    }
  }
}

/// How many numbers are exceeded by the one `width` places later.
private func countOfRises(over width: Int, in numbers: Span<Double>) -> Int {
  let pairs = numbers.count - width
  var counts = SIMD4<Int64>.zero
  var index = 0
  while index &+ 4 <= pairs {
    let isRise = numbers.lanes4(at: index &+ width) .> numbers.lanes4(at: index)
    counts = counts &+ SIMD4<Int64>.zero.replacing(with: SIMD4(repeating: 1), where: isRise)
    index &+= 4
  }
  var rises = Int(counts.wrappedSum())
  while index < pairs {
    if numbers[index + width] > numbers[index] { rises += 1 }
    index += 1
  }
  return rises
}
