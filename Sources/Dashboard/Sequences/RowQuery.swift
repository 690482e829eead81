import Analysis
import ScoringCore
import TerminalUI

/// What the list of sequences is to show: by which attack, in which order, and which of them.
package struct RowQuery: Hashable, Sendable {
  package var attack: String
  package var sort = SortColumn.score
  package var direction = TableColumn.Sort.descending
  package var filter = RowFilter()
  /// Rows whose text or id contains this are matches; case does not matter.
  package var search = ""
  /// The rate at which suspects are named.
  package var discoveryRate = DiscoveryRate.off
  /// Whether the edge cases that a rule puts first share one line.
  package var foldsEdgeCases = true
  /// What people decided, if the filter asks for it.
  package var verdicts: VerdictSnapshot?

  package init(attack: String) { self.attack = attack }
}

/// The columns sequences can be sorted by, in the order `s` steps through them.
package enum SortColumn: String, CaseIterable, Sendable {
  case score, pValue, up, down, errors, label, family, duplicates, id

  package var title: String {
    switch self {
    case .score: "score"
    case .pValue: "p"
    case .up: "P"
    case .down: "N"
    case .errors: "err"
    case .label: "label"
    case .family: "family"
    case .duplicates: "dup"
    case .id: "id"
    }
  }

  /// The direction a reader wants first: what leaks most, or the start of the alphabet.
  package var natural: TableColumn.Sort {
    switch self {
    case .score, .up, .down, .errors, .duplicates: .descending
    case .pValue, .label, .family, .id: .ascending
    }
  }

  /// The columns a run's results have for an attack.
  package static func available(in analysis: RunAnalysis, attack: Int) -> [SortColumn] {
    guard analysis.attacks.indices.contains(attack) else { return [.label, .id] }
    let hasZones = analysis.scores.columns[attack].zones != nil
    return allCases.filter { column in
      switch column {
      case .score, .label, .id: true
      case .pValue: !analysis.attacks[attack].pValues.isEmpty
      case .up, .down, .errors: hasZones
      case .family: analysis.metadata.column("family") != nil
      case .duplicates: analysis.metadata.column("duplicates") != nil
      }
    }
  }
}
