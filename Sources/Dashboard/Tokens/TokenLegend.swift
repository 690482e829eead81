import Basics
import ScoringCore
import TerminalUI

/// What the colours mean: a line of samples with their bounds, and a sentence.
struct TokenLegend {
  let tint: TokenTint
  let scale: ShiftScale
  let tintsAll: Bool
  let glyphs: GlyphSet

  /// The samples, with what lies at either end of them.
  var samples: [StyledText] {
    switch tint.view {
    case .shift:
      return [StyledText("less likely ", .textDim)] + scale.legend(glyphs)
        + [StyledText(" more likely: memorized", .textDim)]
    case .loss:
      let names =
        ["<0.1"] + TokenTint.lossBounds.map { NumberFormat.fixed($0, 1).trimmingZeros }
      return [StyledText("loss in nats ", .textDim)]
        + zip(names, Role.levelRamp).map { StyledText(" \($0) ", $1) }
        + [StyledText(" surprising", .textDim)]
    case .rank:
      let buckets = zip(TokenTint.rankBuckets, tint.rankCounts)
      return [StyledText("rank ", .textDim)]
        + buckets.flatMap { bucket, count in
          [
            StyledText(" \(bucket.name) ", bucket.role),
            StyledText(" \(NumberFormat.count(count))  ", .textDim),
          ]
        }
    case .cost:
      let names =
        ["<0.1"] + TokenTint.lossBounds.map { NumberFormat.fixed($0, 1).trimmingZeros }
      return [StyledText("bits per token ", .textDim)]
        + zip(names, Role.levelRamp).map { StyledText(" \($0) ", $1) }
        + [StyledText(" costly", .textDim)]
    case .minK:
      let kept = tint.kept?.count { $0 } ?? 0
      return [
        StyledText(" lowest \(tint.minK.k)% ", .level5),
        StyledText("  \(kept) of \(tint.detail.count - 1) positions", .textDim),
      ]
    case .windows:
      let names = ["0%", "17%", "33%", "50%", "67%", "83%", "100%"]
      return [StyledText("windows won ", .textDim)]
        + zip(names, Role.shiftRamp).map { StyledText(" \($0) ", $1) }
    }
  }

  /// One sentence on how to read the screen.
  var sentence: String {
    if let missing = tint.missing {
      return "This run lacks \(missing): the text is shown without colours."
    }
    switch tint.view {
    case .shift:
      if tint.detail.marks == nil {
        return "This run lacks target.ranks: all tokens are tinted, the zone is not known."
      }
      if tint.detail.softShifts != nil {
        return "Shift in nats times the chance 1 - p to err: what each token adds to soft-ez."
      }
      if tintsAll {
        return "Shift in nats of every token; a shows only the error zone, where the model errs."
      }
      if tint.detail.zones.isEmpty {
        return "No counted token is predicted wrong, so there is no error zone: all are tinted."
      }
      return "Shift in nats in the error zone, where the model errs. Dim: predicted right."
    case .loss: return "How surprised the fine-tuned model is by each token."
    case .rank: return "How many tokens the fine-tuned model holds likelier than the true one."
    case .cost:
      let total = tint.totalBits.map { " The whole text: " + CostWords.power($0) + " draws." } ?? ""
      return "What it takes to draw each token from the target: n bits are one try in 2^n." + total
    case .minK:
      return
        "The least likely \(tint.minK.k)% of tokens: Min-K% is the mean of their log-probability."
    case .windows:
      let votes = tint.votes.map {
        "\($0.length):\(NumberFormat.percent(Double($0.won) / Double($0.total), 0))"
      }
      return "Won by window length  " + votes.joined(separator: " ")
    }
  }
}
