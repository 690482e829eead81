import Analysis
import Basics
import ScoringCore

/// A filter made ready for one attack of one run: answers for a row without allocating.
struct RowPredicate {
  private let tests: [(Int) -> Bool]

  init(
    _ filter: RowFilter, _ analysis: RunAnalysis, attack: Int,
    rate: DiscoveryRate = .off, verdicts: VerdictSnapshot? = nil
  ) {
    let builder = Builder(analysis: analysis, attack: attack, rate: rate, verdicts: verdicts)
    tests = filter.terms.map { term in
      let any = term.values.map { builder.test(term, $0) }
      // `!=` asks that none of the values be equal.
      let test: (Int) -> Bool =
        any.count == 1
        ? any[0]
        : term.comparison == .notEqual
          ? { row in any.allSatisfy { $0(row) } } : { row in any.contains { $0(row) } }
      guard term.isNegated else { return test }
      let kept = term.field.isJudged ? verdicts?.kept : nil
      guard let kept else { return { !test($0) } }
      let ids = analysis.scores.ids
      return { ids[$0] == kept || !test($0) }
    }
  }

  func passes(_ row: Int) -> Bool { tests.allSatisfy { $0(row) } }
}

extension RowFilter.Field {
  /// Whether it is about what people decided.
  var isJudged: Bool { self == .verdict || self == .note }
}

private struct Builder {
  let analysis: RunAnalysis
  let attack: Int
  let rate: DiscoveryRate
  let verdicts: VerdictSnapshot?

  private static let never: @Sendable (Int) -> Bool = { _ in false }

  private var column: ScoreColumn? {
    analysis.scores.columns.indices.contains(attack) ? analysis.scores.columns[attack] : nil
  }

  func test(_ term: RowFilter.Term, _ value: RowFilter.Value) -> (Int) -> Bool {
    let compare = term.comparison
    switch term.field {
    case .pValue: return numbers(pValues, compare, value)
    case .adjusted, .named: return discovered(term.field, compare, value)
    case .score: return score(compare, value)
    case .up: return numbers(column?.zones?.up ?? [], compare, value)
    case .down: return numbers(column?.zones?.down ?? [], compare, value)
    case .errors:
      guard let errors = column?.zones?.errors else { return Self.never }
      return { value.holds(Double(errors[$0]), compare) }
    case .tokens:
      guard let table = analysis.table else { return Self.never }
      return { row in
        table.tokenCount(row).map { value.holds(Double($0), compare) } ?? false
      }
    case .meta(let key): return meta(analysis.metadata.column(key), compare, value)
    case .verdict, .note: return judged(compare, value)
    case .label, .status, .primary, .id, .text: return named(term.field, compare, value)
    }
  }

  private func named(
    _ field: RowFilter.Field, _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    switch (field, value) {
    case (.label, .label(let label)):
      return { compare.agrees(analysis.scores.labels[$0] == label) }
    case (.status, .status(let status)):
      guard let column else { return Self.never }
      return { compare.agrees(column.statuses[$0] == status) }
    case (.primary, .flag(let flag)):
      return { compare.agrees(analysis.isPrimary[$0] == flag) }
    case (.id, .text(let text)):
      if compare != .contains { return { compare.agrees(analysis.scores.ids[$0] == text) } }
      let search = TextSearch(text)
      return { search.isIn(analysis.scores.ids, $0) }
    case (.text, .text(let text)):
      let search = TextSearch(text)
      guard let table = analysis.table else { return Self.never }
      return { search.isInText(of: $0, table) }
    default: return Self.never
    }
  }

  private var pValues: [Double] {
    analysis.attacks.indices.contains(attack) ? analysis.attacks[attack].pValues : []
  }

  private func score(
    _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    guard let column else { return Self.never }
    return { row in
      let score = column[row]
      guard score.status.isDefined else { return false }
      let isForced = score.status == .forcedN0 || score.status == .forcedNoErrors
      return value.holds(isForced ? .infinity : score.value, compare)
    }
  }

  /// What can be said of suspects: the rate at which one would be named, or whether it is.
  private func discovered(
    _ field: RowFilter.Field, _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    let rate = rate == .off ? DiscoveryRate.five : rate
    guard let found = Discoveries(rate, analysis, attack: attack) else { return Self.never }
    if case .flag(let flag) = value {
      return { compare.agrees(found.names($0) == flag) }
    }
    return numbers(found.adjusted, compare, value)
  }

  private func judged(
    _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    let ids = analysis.scores.ids
    let judgements = verdicts?.judgements ?? [:]
    let kept = verdicts?.kept
    switch value {
    case .verdict(let verdict):
      return { row in
        let id = ids[row]
        let isEqual = (judgements[id]?.verdict ?? .unjudged) == verdict
        return id == kept || compare.agrees(isEqual)
      }
    case .text(let text):
      let search = TextSearch(text)
      return { row in
        let id = ids[row]
        return id == kept || judgements[id].map { search.isIn($0.note) } ?? false
      }
    default: return Self.never
    }
  }

  private func numbers(
    _ numbers: [Double], _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    guard !numbers.isEmpty else { return Self.never }
    return { !numbers[$0].isNaN && value.holds(numbers[$0], compare) }
  }

  /// Which of the distinct values pass is settled once; rows only look it up.
  private func meta(
    _ column: Metadata.Column?, _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    guard let column else { return Self.never }
    let passes = column.values.map { text -> Bool in
      guard case .text(let wanted) = value else {
        return Double(text).map { value.holds($0, compare) } ?? false
      }
      return compare == .contains
        ? text.lowercased().contains(wanted.lowercased()) : compare.agrees(text == wanted)
    }
    return { row in
      let code = Int(column.codes[row])
      return code >= 0 ? passes[code] : compare == .notEqual
    }
  }
}
