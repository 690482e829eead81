import Analysis
import ScoringCore

/// Conditions a sequence must all meet to be listed, such as `label=member|unknown not p>0.01`.
package struct RowFilter: Hashable, Sendable {
  package var terms: [Term] = []

  package init(terms: [Term] = []) { self.terms = terms }

  package var isEmpty: Bool { terms.isEmpty }
  /// The conditions as one line to edit.
  package var text: String { terms.map(\.text).joined(separator: " ") }

  /// One condition: a field compared with one or several values, any of which will do.
  package struct Term: Hashable, Sendable {
    package var field: Field
    package var comparison: Comparison
    package var values: [Value]
    /// Whether the condition must not hold.
    package var isNegated = false
    /// As it was written, for chips and for editing.
    package var text: String
  }

  package enum Field: Hashable, Sendable {
    case label, status, pValue, adjusted, score, up, down, errors, tokens, text, id
    case primary, named, verdict, note
    /// A key of `meta`.
    case meta(String)
  }

  package enum Comparison: String, CaseIterable, Sendable {
    // Longer signs first: that is the order they are looked for.
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case equal = "="
    case below = "<"
    case above = ">"
    case contains = "~"

    /// Whether two things being equal, or not, is what `=` or `!=` asks for.
    func agrees(_ isEqual: Bool) -> Bool { self == .notEqual ? !isEqual : isEqual }

    func holds<T: Comparable>(_ left: T, _ right: T) -> Bool {
      switch self {
      case .equal, .contains: left == right
      case .notEqual: left != right
      case .below: left < right
      case .atMost: left <= right
      case .above: left > right
      case .atLeast: left >= right
      }
    }
  }

  package enum Value: Hashable, Sendable {
    case number(Double)
    /// Both ends included.
    case range(Double, Double)
    case text(String)
    case label(Label)
    case verdict(Verdict)
    case status(ScoreStatus)
    case flag(Bool)
  }
}

extension RowFilter.Value {
  /// Whether a number compares with it as asked.
  func holds(_ number: Double, _ comparison: RowFilter.Comparison) -> Bool {
    switch self {
    case .number(let limit): comparison.holds(number, limit)
    case .range(let lower, let upper): comparison.agrees(number >= lower && number <= upper)
    default: false
    }
  }
}

/// What a run has to be filtered by.
package struct FilterContext: Sendable {
  package var metadata = Metadata(columns: [])
  package var hasTexts = true
  package var hasTokens = true
  package var hasZones = true
  package var hasPValues = true
  /// Why no suspect can be named, if so.
  package var suspectProblem: String?

  package init() {}

  init(_ analysis: RunAnalysis, attack: Int) {
    metadata = analysis.metadata
    hasTexts = analysis.table != nil
    hasTokens = analysis.table != nil
    hasZones =
      analysis.scores.columns.indices.contains(attack)
      && analysis.scores.columns[attack].zones != nil
    hasPValues =
      analysis.attacks.indices.contains(attack) && !analysis.attacks[attack].pValues.isEmpty
    suspectProblem = analysis.problemOfSuspects(attack: attack)?.short
  }
}

/// What is wrong with a filter as it is written.
package struct FilterError: Error, Hashable, Sendable {
  package let message: String
  /// The same without naming values of the dataset.
  package let discreet: String

  init(_ message: String, discreet: String? = nil) {
    self.message = message
    self.discreet = discreet ?? message
  }
}
