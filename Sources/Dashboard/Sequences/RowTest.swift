import Analysis
import ScoringCore

/// A filter made ready for one attack of one run: answers for a row without allocating.
struct RowTest {
  private let tests: [(Int) -> Bool]

  init(
    _ filter: RowFilter, _ analysis: RunAnalysis, attack: Int, verdicts: VerdictSnapshot? = nil
  ) {
    tests = filter.terms.map { term in
      switch term.field {
      case .verdict, .note: Self.test(term, analysis.scores.ids, verdicts)
      default: Self.test(term, analysis, attack)
      }
    }
  }

  func passes(_ row: Int) -> Bool { tests.allSatisfy { $0(row) } }

  private static func test(
    _ term: RowFilter.Term, _ analysis: RunAnalysis, _ attack: Int
  ) -> (Int) -> Bool {
    let compare = term.comparison
    let column =
      analysis.scores.columns.indices.contains(attack) ? analysis.scores.columns[attack] : nil
    switch (term.field, term.value) {
    case (.label, .label(let label)):
      return { compare.agrees(analysis.scores.labels[$0] == label) }
    case (.status, .status(let status)):
      guard let column else { return { _ in false } }
      return { compare.agrees(column.statuses[$0] == status) }
    case (.primary, .flag(let flag)):
      return { compare.agrees(analysis.isPrimary[$0] == flag) }
    case (.pValue, .number(let limit)):
      return number(
        analysis.attacks.indices.contains(attack) ? analysis.attacks[attack].pValues : [], compare,
        limit)
    case (.score, .number(let limit)):
      guard let column else { return { _ in false } }
      return { row in
        let score = column[row]
        guard score.status.isDefined else { return false }
        let isForced = score.status == .forcedN0 || score.status == .forcedNoErrors
        return compare.holds(isForced ? .infinity : score.value, limit)
      }
    case (.up, .number(let limit)): return number(column?.zones?.up ?? [], compare, limit)
    case (.down, .number(let limit)): return number(column?.zones?.down ?? [], compare, limit)
    case (.errors, .number(let limit)):
      guard let errors = column?.zones?.errors else { return { _ in false } }
      return { compare.holds(Double(errors[$0]), limit) }
    case (.meta(let key), let value): return meta(analysis.metadata.column(key), compare, value)
    case (.id, .text(let text)):
      if compare == .equal || compare == .notEqual {
        return { compare.agrees(analysis.scores.ids[$0] == text) }
      }
      let needle = Needle(text)
      return { needle.isIn(analysis.scores.ids, $0) }
    case (.text, .text(let text)):
      let needle = Needle(text)
      guard let table = analysis.table else { return { _ in false } }
      return { needle.isInText(of: $0, table) }
    default: return { _ in false }
    }
  }

  private static func test(
    _ term: RowFilter.Term, _ ids: TextColumn, _ verdicts: VerdictSnapshot?
  ) -> (Int) -> Bool {
    let judgements = verdicts?.judgements ?? [:]
    let kept = verdicts?.kept
    switch term.value {
    case .verdict(let verdict):
      return { row in
        let id = ids[row]
        let isEqual = (judgements[id]?.verdict ?? .unjudged) == verdict
        return id == kept || term.comparison.agrees(isEqual)
      }
    case .text(let text):
      let needle = Needle(text)
      return { row in
        let id = ids[row]
        return id == kept || judgements[id].map { needle.isIn($0.note) } ?? false
      }
    default: return { _ in false }
    }
  }

  private static func number(
    _ values: [Double], _ compare: RowFilter.Comparison, _ limit: Double
  ) -> (Int) -> Bool {
    guard !values.isEmpty else { return { _ in false } }
    return { !values[$0].isNaN && compare.holds(values[$0], limit) }
  }

  /// Which of the distinct values pass is settled once; rows only look it up.
  private static func meta(
    _ column: Metadata.Column?, _ compare: RowFilter.Comparison, _ value: RowFilter.Value
  ) -> (Int) -> Bool {
    guard let column else { return { _ in false } }
    let passes = column.values.map { text -> Bool in
      switch value {
      case .number(let limit): Double(text).map { compare.holds($0, limit) } ?? false
      case .text(let wanted):
        compare == .contains
          ? text.lowercased().contains(wanted.lowercased()) : compare.agrees(text == wanted)
      default: false
      }
    }
    return { row in
      let code = Int(column.codes[row])
      return code >= 0 ? passes[code] : compare == .notEqual
    }
  }
}
