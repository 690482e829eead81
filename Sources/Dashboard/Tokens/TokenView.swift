import ScoringCore
import TerminalUI

/// What the colours of the text stand for, in the order `v` steps through.
package enum TokenView: String, CaseIterable, Sendable {
  case shift, loss, rank, minK, windows

  package var title: String {
    switch self {
    case .shift: "shift"
    case .loss: "loss"
    case .rank: "rank"
    case .minK: "Min-K%"
    case .windows: "WBC windows"
    }
  }

  package var next: TokenView {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}

/// What a view shows of one sequence, computed when it is first shown.
package final class TokenTint: Sendable {
  package let view: TokenView
  package let detail: SequenceDetail
  /// Min-K%: which positions are among the lowest.
  package let kept: [Bool]?
  package let minK: MinK
  /// WBC: for each position the share of windows over it that are won, and the votes by length.
  package let coverage: [Double]?
  package let votes: [WindowVotes]
  /// How many tokens fall into each rank bucket.
  package let rankCounts: [Int]

  init(_ view: TokenView, _ detail: SequenceDetail, attack: String) {
    self.view = view
    self.detail = detail
    let known = try? AttackCatalog.attack(attack)
    minK = known as? MinK ?? MinK()
    let windows = known as? WindowComparison ?? WindowComparison()
    let minK = minK
    kept = view == .minK ? detail.withView { minK.marks($0) } : nil
    coverage = view == .windows ? detail.withView { windows.coverage($0) } : nil
    votes = view == .windows ? detail.withView { windows.votes($0) } ?? [] : []
    var counts = [Int](repeating: 0, count: Self.rankBuckets.count)
    if view == .rank { for rank in detail.ranks ?? [] { counts[Self.bucket(rank)] += 1 } }
    rankCounts = counts
  }

  /// The buckets of ranks: their largest rank, name and look.
  static let rankBuckets: [(last: Int32, name: String, role: Role)] = [
    (1, "1", .tokenDim), (10, "2-10", .level1), (100, "11-100", .level3),
    (1000, "101-1000", .level5), (.max, "over 1000", .level6),
  ]

  static func bucket(_ rank: Int32) -> Int {
    rankBuckets.firstIndex { rank <= $0.last } ?? rankBuckets.count - 1
  }

  /// Where each level of loss begins, in nats.
  static let lossBounds = [0.1, 0.5, 1, 2, 4, 8]

  static func lossLevel(_ loss: Double) -> Int { lossBounds.count { loss >= $0 } }

  /// Which column the view lacks; nil if it can be shown.
  package var missing: String? {
    switch view {
    case .shift:
      detail.target == nil
        ? "target.logprobs" : detail.reference == nil ? "reference.logprobs" : nil
    case .loss: detail.target == nil ? "target.logprobs" : nil
    case .rank: detail.ranks == nil ? "target.ranks" : nil
    case .minK: kept == nil ? "target.logprobs" : nil
    case .windows: coverage == nil ? "target.logprobs and reference.logprobs" : nil
    }
  }

  /// How a token looks; `tintsAll` looks beyond the zone.
  package func role(_ token: Int, scale: ShiftScale, tintsAll: Bool) -> Role {
    guard token >= 1 else { return .tokenDim }
    let position = token - 1
    switch view {
    case .shift:
      guard let shift = detail.shift(token) else { return .text }
      // Without evidence of errors there is no zone to keep to.
      let isShown = tintsAll || detail.marks == nil || detail.isInZone(token)
      return isShown ? scale.role(shift) : .tokenDim
    case .loss:
      guard let target = detail.target else { return .text }
      return Role.levelRamp[Self.lossLevel(-Double(target[position]))]
    case .rank:
      guard let ranks = detail.ranks else { return .text }
      return Self.rankBuckets[Self.bucket(ranks[position])].role
    case .minK: return kept.map { $0[position] ? .level5 : .tokenDim } ?? .text
    case .windows:
      guard let share = coverage?[position], !share.isNaN else { return .tokenDim }
      return Role.shiftRamp[Int((share * 6).rounded())]
    }
  }
}
