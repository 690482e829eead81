import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the colours of the text stand for, in the order `v` steps through.
package enum TokenView: String, CaseIterable, Sendable {
  case shift, loss, rank, cost, minK, windows

  package var title: String {
    switch self {
    case .shift: "shift"
    case .loss: "loss"
    case .rank: "rank"
    case .cost: "cost"
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
  /// What each token costs to draw from the target, in bits.
  let costs: SequenceCosts?

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
    costs =
      view == .cost ? detail.analysis.table.flatMap { SequenceCosts(detail.row, in: $0) } : nil
  }

  /// Bits of a token; nil for the first, which nothing predicts.
  func bits(_ token: Int) -> Double? {
    guard let costs, token >= 1, token <= costs.targetBits.count else { return nil }
    return costs.targetBits[token - 1]
  }

  /// Bits of a whole text: what one draw in two to this power is.
  var totalBits: Double? { costs.map { $0.targetBits.filter(\.isFinite).reduce(0, +) } }

  /// Bits that fill a bar: one of sixteen tries.
  static let fullBar = 4.0

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
    case .cost: costs == nil ? "target.logprobs" : nil
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
      guard let shift = detail.tint(token) else { return .text }
      return detail.isShown(token, tintsAll: tintsAll) ? scale.role(shift) : .tokenDim
    case .loss:
      guard let target = detail.target else { return .text }
      return Role.levelRamp[Self.lossLevel(-Double(target[position]))]
    case .rank:
      guard let ranks = detail.ranks else { return .text }
      return Self.rankBuckets[Self.bucket(ranks[position])].role
    case .cost:
      guard let bits = bits(token), !bits.isNaN else { return .tokenDim }
      return Role.levelRamp[Self.lossLevel(bits)]
    case .minK: return kept.map { $0[position] ? .level5 : .tokenDim } ?? .text
    case .windows:
      guard let share = coverage?[position], !share.isNaN else { return .tokenDim }
      return Role.shiftRamp[Int(saturating: (share * 6).rounded())]
    }
  }
}

extension SequenceDetail {
  /// Whether a token is tinted: of the zone, or any where there is no zone to keep to.
  func isShown(_ token: Int, tintsAll: Bool) -> Bool {
    tintsAll || marks == nil || zones.isEmpty || isInZone(token)
  }
}
