import Basics
import ScoringCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension GateVerdict {
  /// Whether members' leaked spans above the non-members' rate stay within a budget per 1,000.
  package static func leakedSpans(_ leaks: RunLeaks, budget: Double) -> GateVerdict {
    let (run, measure) = (leaks.run.name, Measure.leakedSpans)
    guard leaks.leaks != nil else {
      return .undecided(
        run, measure, budget: budget, because: leaks.remarks.joined(separator: " "))
    }
    let (members, nonMembers) = (
      leaks.group("members"), leaks.group("non-members")
    )
    guard let members, let nonMembers else {
      return .undecided(
        run, measure, budget: budget,
        because: "leaked spans are counted against what non-members have, and one of the two "
          + "groups is missing.")
    }
    let (own, base) = (members.spanLimits, nonMembers.spanLimits)
    let figure = members.perThousand - nonMembers.perThousand
    let interval = Interval(
      lower: own.lower - base.upper, upper: own.upper - base.lower, level: 0.95,
      method: .clopperPearson)
    var words = "\(run): \(NumberFormat.fixed(members.perThousand, 1)) leaked spans per 1,000 "
    words += "members and \(NumberFormat.fixed(nonMembers.perThousand, 1)) per 1,000 non-members, "
    words +=
      "\(NumberFormat.fixed(figure, 1)) more, at most \(NumberFormat.fixed(interval.upper, 1)) "
    words += "(95%), over \(NumberFormat.counted(members.sequences.total, "member")) and "
    words += "\(NumberFormat.counted(nonMembers.sequences.total, "non-member")). "
    return judged(
      run, measure, figure, interval, budget, words, NumberFormat.plain(budget) + " per 1,000",
      smallest: 3689.0 / Double(members.sequences.total))
  }

  /// Whether the members discoverable within some draws stay within a budget.
  package static func discoverable(
    _ curve: DiscoveryCurve?, run: String, log2Draws: Double, budget: Double
  ) -> GateVerdict {
    let measure = Measure.discoverable(log2Draws: log2Draws)
    let point = curve?.point(log2Draws: log2Draws)
    guard let curve, let point, let share = point.members.value else {
      return .undecided(
        run, measure, budget: budget,
        because: "no member has the tokens of prefix and suffix, or target.logprobs: choose a "
          + "shorter --prefix and --suffix.")
    }
    let interval = point.members.interval
    let decimals = shownDecimals(interval, budget)
    func percent(_ share: Double) -> String { NumberFormat.percent(share, decimals) }
    var words =
      "\(run): \(percent(share)) of \(NumberFormat.counted(point.members.total, "member"))"
    words += " come out within \(drawCount(log2Draws)) draws with a probability of "
    words += "\(NumberFormat.plain(curve.probability)), 95% interval \(percent(interval.lower)) to "
    words += percent(interval.upper)
    if let base = point.nonMembers.value {
      let count = NumberFormat.counted(point.nonMembers.total, "non-member")
      words += "; of \(count) \(percent(base))"
    }
    words += ". "
    if curve.membersLeftOut > 0 {
      words += "\(NumberFormat.counted(curve.membersLeftOut, "member")) too short. "
    }
    return judged(
      run, measure, share, interval, budget, words, NumberFormat.rate(budget),
      smallest: Proportion(0, of: point.members.total).interval.upper)
  }

  /// A number of draws given by its log2: whole where it can be, else `2^80`.
  package static func drawCount(_ log2Draws: Double) -> String {
    log2Draws < 50
      ? NumberFormat.count(Int(saturating: exp2(log2Draws).rounded()))
      : "2^" + NumberFormat.plain(log2Draws.rounded())
  }

  /// Whether the mean exposure of canaries stays within a budget of bits.
  package static func exposure(
    _ exposures: CanaryExposures?, run: String, budget: Double, replicates: Int, seed: UInt64
  ) -> GateVerdict {
    let measure = Measure.exposure
    guard let exposures,
      let all = exposures.summaries(replicates: replicates, seed: seed).last
    else {
      return .undecided(
        run, measure, budget: budget,
        because: "exposure needs canaries that were trained on and controls that were not "
          + "(meta.canary), with target.logprobs.")
    }
    let most = Exposure(rank: 1, candidates: exposures.candidates).maximum
    var words = "\(run): \(NumberFormat.counted(all.count, "canary", "canaries")) have a mean "
    words += "exposure of \(NumberFormat.fixed(all.meanBits, 2)) bits"
    if let ends = all.interval {
      words += ", 95% interval \(NumberFormat.fixed(ends.lower, 2)) to "
      words += NumberFormat.fixed(ends.upper, 2)
    }
    words += ", of at most \(NumberFormat.fixed(most, 2)) that "
    words += "\(NumberFormat.counted(exposures.candidates - 1, "control")) can show. "
    guard budget < most else {
      return .undecided(
        run, measure, budget: budget, figure: all.meanBits, interval: all.interval,
        because: String(words.dropFirst(run.count + 2))
          + "No exposure could exceed the budget of \(NumberFormat.plain(budget)) bits: bring more "
          + "controls.")
    }
    // Without a spread the bootstrap gives no interval: all canaries rank alike.
    let ends =
      all.interval
      ?? Interval(lower: all.meanBits, upper: all.meanBits, level: 0.95, method: .bootstrap)
    return judged(
      run, measure, all.meanBits, ends, budget, words, NumberFormat.plain(budget) + " bits",
      smallest: nil)
  }

  /// Whether the lower bound on epsilon that an attack shows stays within a budget.
  package static func epsilon(
    _ report: EpsilonReport, run: String, budget: Double
  ) -> [GateVerdict] {
    if let refusal = report.refusal {
      return [
        .undecided(run, .epsilon(attack: "all"), budget: budget, because: refusal)
      ]
    }
    return report.attacks.map { bounds -> GateVerdict in
      let attack = bounds.spelling
      let measure = Measure.epsilon(attack: attack)
      guard let estimate = bounds.estimate else {
        return .undecided(
          run, measure, budget: budget, because: "\(attack) has too few sequences for a bound.")
      }
      let words =
        "\(run): \(attack) shows an ε of at least \(NumberFormat.fixed(estimate.oneRun, 2)) "
        + "(95%); so many sequences could show \(NumberFormat.fixed(estimate.largestPossible, 2)). "
      guard estimate.largestPossible > budget else {
        return .undecided(
          run, measure, budget: budget, figure: estimate.oneRun,
          because: String(words.dropFirst(run.count + 2))
            + "That cannot exceed the budget of \(NumberFormat.plain(budget)): bring more "
            + "sequences.")
      }
      let isWithin = estimate.oneRun <= budget
      return GateVerdict(
        run: run, measure, budget: budget, isWithin ? .passed : .failed,
        figure: estimate.oneRun, interval: nil,
        reason: words
          + (isWithin
            ? "That does not exceed the budget of \(NumberFormat.plain(budget)); a lower bound is "
              + "no proof of privacy."
            : "That exceeds the budget of \(NumberFormat.plain(budget))."))
    }
  }

  /// The verdict on a figure whose interval must stay within a budget.
  ///
  /// - Parameter smallest: the upper end that the best of all results would have; nil if any.
  private static func judged(
    _ run: String, _ measure: Measure, _ figure: Double, _ interval: Interval, _ budget: Double,
    _ words: String, _ spelled: String, smallest: Double?
  ) -> GateVerdict {
    if let smallest, smallest > budget {
      return .undecided(
        run, measure, budget: budget, figure: figure, interval: interval,
        because: String(words.dropFirst(run.count + 2))
          + "With so few sequences not even none of them would show a rate within the budget of "
          + "\(spelled): bring more.")
    }
    let isWithin = interval.upper <= budget
    let verdict =
      isWithin
      ? "The upper end is within the budget of \(spelled)."
      : interval.lower > budget
        ? "The whole interval is above the budget of \(spelled)."
        : "The upper end is above the budget of \(spelled), so leakage within it is not shown."
    return GateVerdict(
      run: run, measure, budget: budget, isWithin ? .passed : .failed, figure: figure,
      interval: interval, reason: words + verdict)
  }
}

extension RunLeaks {
  /// The whole group of a name.
  fileprivate func group(_ name: String) -> Group? {
    groups.first { $0.name == name && $0.slice == nil }
  }
}

extension RunLeaks.Group {
  fileprivate var perThousand: Double {
    1000 * Double(spans) / Double(max(1, sequences.total))
  }

  /// 97.5 % limits of the spans per 1,000 sequences, each side: exact for counts of rare events.
  fileprivate var spanLimits: Interval {
    .poisson(events: spans, of: sequences.total, per: 1000)
  }
}
