import ScoringCore

/// Sequences of a kind, as reports on extraction put them together.
package struct SequenceGroup {
  /// `members`, `non-members`, `unknown`, `canaries` or `control canaries`.
  package let name: String
  package let rows: [Int]

  /// Whether they are canaries or their controls.
  package var isCanaries: Bool { name.hasSuffix("canaries") }

  /// The groups that occur, in the order they are listed.
  package static func split(
    _ rows: [Int], _ table: EvidenceTable, canaries: Set<Int>
  ) -> [SequenceGroup] {
    let byName = Dictionary(grouping: rows) {
      name(table.label($0), isCanary: canaries.contains($0))
    }
    return names.compactMap { name in
      byName[name].map { SequenceGroup(name: name, rows: $0) }
    }
  }

  /// The names, in the order they are listed.
  package static let names = [
    "members", "non-members", "unknown", "canaries", "control canaries",
  ]

  /// The group of a sequence.
  package static func name(_ label: Label, isCanary: Bool) -> String {
    switch label {
    case .member: isCanary ? "canaries" : "members"
    case .nonMember: isCanary ? "control canaries" : "non-members"
    case .unknown: "unknown"
    }
  }

  /// The rows of each value of a key, numbers in order; none where all share one value.
  package static func slices(
    _ rows: [Int], _ column: Metadata.Column?
  ) -> [(value: String, rows: [Int])] {
    guard let column else { return [] }
    let known = rows.filter { column.value($0) != nil }
    let byValue = Dictionary(grouping: known) { column.value($0) ?? "" }
    guard byValue.count > 1 else { return [] }
    return byValue.sorted { DecodingReport.comesBefore($0.key, $1.key) }
      .map { ($0.key, $0.value) }
  }
}
