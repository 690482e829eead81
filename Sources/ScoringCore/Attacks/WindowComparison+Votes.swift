/// What WBC found in one sequence at one window length.
public struct WindowVotes: Sendable, Hashable {
  /// The length asked for, in tokens.
  public let length: Int
  /// Windows whose summed loss is lower under the target.
  public let won: Int
  /// All windows.
  public let total: Int
  /// The predicted position at which the window with the largest summed shift begins.
  public let best: Int
  /// The predicted position at which that window ends, itself included.
  public let bestEnd: Int
  /// The summed shift of that window, in nats.
  public let bestShift: Double
}

extension WindowComparison {
  /// The votes of every window length, whose mean share is the score.
  ///
  /// Nil without evidence, and where infinite log-probabilities leave no sums to compare.
  public func votes(_ sequence: borrowing SequenceView) -> [WindowVotes]? {
    guard let (prefix, positions) = sums(sequence) else { return nil }
    return windows.lengths.map { length in
      let width = min(length, positions.count)
      let starts = 0...(positions.count - width)
      var (won, best) = (0, 0)
      for start in starts {
        let shift = prefix[start + width] - prefix[start]
        if shift > 0 { won += 1 }
        if shift > prefix[best + width] - prefix[best] { best = start }
      }
      return WindowVotes(
        length: length, won: won, total: starts.count, best: positions[best],
        bestEnd: positions[best + width - 1], bestShift: prefix[best + width] - prefix[best])
    }
  }

  /// For each predicted position, the share of all windows over it that the target wins.
  ///
  /// NaN where no window lies. Nil as for `votes`.
  public func coverage(_ sequence: borrowing SequenceView) -> [Double]? {
    guard let (prefix, positions) = sums(sequence) else { return nil }
    // Steps at the ends of windows, summed up afterwards: no window is walked.
    var won = [Int](repeating: 0, count: positions.count + 1)
    var all = won
    for length in windows.lengths {
      let width = min(length, positions.count)
      for start in 0...(positions.count - width) {
        let isWon = prefix[start + width] > prefix[start] ? 1 : 0
        won[start] += isWon
        won[start + width] -= isWon
        all[start] += 1
        all[start + width] -= 1
      }
    }
    var shares = [Double](repeating: .nan, count: sequence.positions)
    var (wonHere, allHere) = (0, 0)
    for (place, position) in positions.enumerated() {
      wonHere += won[place]
      allHere += all[place]
      shares[position] = Double(wonHere) / Double(allHere)
    }
    return shares
  }

  /// Sums of the shifts before each position that counts, and where those positions are.
  private func sums(
    _ sequence: borrowing SequenceView
  ) -> (prefix: [Double], positions: [Int])? {
    guard let target = present(sequence.target.logprobs),
      let reference = present(sequence.reference.logprobs)
    else { return nil }
    var prefix = [0.0]
    var positions: [Int] = []
    for index in 0..<target.count {
      if let scored = sequence.scored, scored[index] == 0 { continue }
      prefix.append(prefix[prefix.count - 1] + Double(target[index]) - Double(reference[index]))
      positions.append(index)
    }
    guard !positions.isEmpty, prefix[prefix.count - 1].isFinite else { return nil }
    return (prefix, positions)
  }
}
