/// Min-K%: the mean of the lowest k % of the target's log-probabilities (Shi and others, 2024).
///
/// The number kept is floor(T·k/100) in integers; where that is 0 the score is undefined, while
/// the released code and its ports return NaN. mimir's port can take means over windows of several
/// positions instead of single ones (`window`, `stride`).
public struct MinK: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "min-k", title: "Min-K%", source: "Shi et al. 2024",
    summary: "mean of the lowest k % of the target's log-probabilities", needs: .target)
  /// The share of positions, and mimir's windows.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions kept", alwaysSpelled: true),
    .int("window", \.window, 1...1_000_000, "positions whose mean counts as one"),
    .int("stride", \.stride, 1...1_000_000, "positions from one window to the next"),
  ]

  /// The percentage of positions kept.
  public var k = 20
  /// Positions whose mean counts as one.
  public var window = 1
  /// Positions from one window to the next.
  public var stride = 1

  /// The attack with k = 20 on single positions.
  public init() {}

  /// The mean of the lowest log-probabilities, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs) else { return .none(.missingEvidence) }
    guard window == 1, stride == 1 else {
      scratch.doubles.removeAll(keepingCapacity: true)
      let scored = sequence.scored
      for index in 0..<target.count {
        if let scored, scored[index] == 0 { continue }
        scratch.doubles.append(Double(target[index]))
      }
      return meanOfLowestWindows(percent: k, window: window, stride: stride, &scratch)
    }
    return score(target, sequence.scored, &scratch)
  }

  /// The score of single positions of either model, those that count.
  func score(_ values: Span<Float>, _ scored: Span<UInt8>?, _ scratch: inout Scratch) -> Score {
    guard let scored else { return score(values, &scratch.keys) }
    compact(values, scored, into: &scratch.floats)
    let kept = scratch.floats
    return score(kept.span, &scratch.keys)
  }

  /// The score of the positions that count.
  func score(_ values: Span<Float>, _ keys: inout [SIMD16<Int32>]) -> Score {
    let kept = values.count * k / 100
    return kept == 0 ? .none(.tooShort) : .ordinary(meanOfLowest(kept, of: values, keys: &keys))
  }
}

extension MinK {
  /// Whether each predicted position is in one of the lowest k % that the score is the mean of.
  ///
  /// Among equal values at the limit the first ones are taken. Nil without log-probabilities.
  public func marks(_ sequence: borrowing SequenceView) -> [Bool]? {
    guard let target = present(sequence.target.logprobs) else { return nil }
    var marks = [Bool](repeating: false, count: target.count)
    var positions: [Int] = []
    for index in 0..<target.count {
      if let scored = sequence.scored, scored[index] == 0 { continue }
      positions.append(index)
    }
    var windows: [(value: Double, start: Int)] = []
    for number in 0..<windowCount(positions.count, window, stride) {
      var total = 0.0
      for place in number * stride..<number * stride + window {
        total += Double(target[positions[place]])
      }
      windows.append((total, number * stride))
    }
    windows.sort { ($0.value, $0.start) < ($1.value, $1.start) }
    for lowest in windows.prefix(windows.count * k / 100) {
      for place in lowest.start..<lowest.start + window { marks[positions[place]] = true }
    }
    return marks
  }
}

/// Min-K%++: Min-K% of log-probabilities standardised position by position (Zhang and others, 2024).
///
/// z_j = (t_j − μ_j)/σ_j with μ and σ the probability-weighted moments of log p under the target's
/// own distribution. σ is at least 0.001, as open-unlearning bounds its square: where the target is
/// all but certain, rounding would else decide the score. Files whose moments are unweighted define
/// another attack and are not used here.
public struct MinKPlusPlus: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "min-k++", title: "Min-K%++", source: "Zhang et al. 2024",
    summary: "mean of the lowest k % of standardised log-probabilities under the target",
    needs: [.target, .targetMoments])
  /// The share of positions.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions kept", alwaysSpelled: true)
  ]

  /// The percentage of positions kept.
  public var k = 20

  /// The least standard deviation of log p, in nats: smaller ones count as this.
  public static let leastDeviation = 1e-3

  /// The attack with k = 20.
  public init() {}

  /// The mean of the lowest standardised log-probabilities, without unit.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let means = present(sequence.target.logprobMeans),
      let stds = present(sequence.target.logprobStds), sequence.target.momentsAreWeighted
    else { return .none(.missingEvidence) }
    scratch.doubles.removeAll(keepingCapacity: true)
    scratch.floats.removeAll(keepingCapacity: true)
    for index in 0..<target.count {
      if let scored = sequence.scored, scored[index] == 0 { continue }
      let deviation = max(Double(stds[index]), Self.leastDeviation)
      let z = (Double(target[index]) - Double(means[index])) / deviation
      guard !z.isNaN else { return .none(.nonFinite) }
      scratch.doubles.append(z)
      scratch.floats.append(Float(z))
    }
    let kept = scratch.doubles.count * k / 100
    guard kept > 0 else { return .none(.tooShort) }
    let (exact, rounded) = (scratch.doubles, scratch.floats)
    return .ordinary(
      meanOfLowest(kept, of: exact.span, roundedTo: rounded.span, keys: &scratch.keys))
  }
}
