import Analysis
import ScoringCore
import TerminalUI

/// What the Leaks screen remembers.
package struct LeaksState: Sendable {
  /// The order of the list.
  package enum Sort: String, CaseIterable, Sendable {
    case cost, reference, length, pValue

    var title: String {
      switch self {
      case .cost: "draws"
      case .reference: "base needs"
      case .length: "len"
      case .pValue: "p"
      }
    }
  }

  /// What was found in the run looked at; the one before stays until it is there.
  package var report: LeakAnalysis?
  /// The run whose leaks are being looked for.
  var requested: RunAnalysis?
  /// What was found in any run, by whichever screen asked: no run is searched twice.
  var known: [LeakAnalysis] = []
  package var list: LeakList?
  package var table = TableState()
  package var sort = Sort.cost
  package var isReversed = false
  package var query = ListQuery()
  /// log2 of the draws that the curve is read at.
  package var cursor = 10.0
  /// The text of the selected span, with what each token costs.
  var text: LeakSheet?

  package init() {}
}

/// The spans listed: those of sequences that pass the filter, in the order wanted.
package final class LeakList: Sendable {
  package let report: LeakAnalysis
  package let spans: [LeakSpan]
  let sort: LeaksState.Sort
  let isReversed: Bool
  let filter: RowFilter
  let generation: Int

  init(_ report: LeakAnalysis, _ state: AppState) {
    self.report = report
    (sort, isReversed, filter) = (
      state.leaks.sort, state.leaks.isReversed, state.leaks.query.filter
    )
    generation = state.triage.log.generation
    var spans = report.leaks?.spans ?? []
    if !filter.isEmpty {
      let shown = state.shownAttack(in: report.analysis) ?? 0
      // Who asks anew wants the answer; only under the same filter the sequence looked at stays.
      let isSameFilter = state.leaks.list?.filter == filter
      let verdicts = VerdictSnapshot(
        judgements: state.triage.log.judgements, kept: isSameFilter ? state.selectedID : nil,
        filter: filter, generation: generation)
      let predicate = RowPredicate(
        filter, report.analysis, attack: shown, rate: state.sequences.discoveryRate,
        verdicts: verdicts)
      spans = spans.filter { predicate.passes($0.sequence) }
    }
    switch sort {
    case .cost: break
    case .reference: spans = spans.stablySorted { $0.referenceBits > $1.referenceBits }
    case .length: spans = spans.stablySorted { $0.tokens.count > $1.tokens.count }
    case .pValue: spans = spans.stablySorted { $0.pValue < $1.pValue }
    }
    self.spans = isReversed ? spans.reversed() : spans
  }

  func isOf(_ report: LeakAnalysis, _ state: AppState) -> Bool {
    self.report === report && sort == state.leaks.sort && isReversed == state.leaks.isReversed
      && filter == state.leaks.query.filter
      && (!filter.asksForVerdicts || generation == state.triage.log.generation)
  }
}

extension Array {
  fileprivate func stablySorted(by isBefore: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted { left, right in
      isBefore(left.element, right.element)
        || !isBefore(right.element, left.element) && left.offset < right.offset
    }.map(\.element)
  }
}

/// A sequence's text laid out, with the cost of every token.
final class LeakSheet: Sendable {
  let detail: SequenceDetail
  let sheet: TokenSheet
  let costs: SequenceCosts?

  init(_ detail: SequenceDetail, width: Int, glyphs: GlyphSet, reusing old: LeakSheet?) {
    self.detail = detail
    sheet = TokenSheet(detail, width: width, glyphs: glyphs, reusing: old?.sheet)
    if let old, old.detail === detail {
      costs = old.costs
    } else {
      costs = detail.analysis.table.flatMap { SequenceCosts(detail.row, in: $0) }
    }
  }

  /// Bits of a token under the target; nil for the first, which nothing predicts.
  func bits(_ token: Int) -> Double? {
    guard let costs, token >= 1, token <= costs.targetBits.count else { return nil }
    return costs.targetBits[token - 1]
  }
}
