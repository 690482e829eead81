import ScoringCore

/// Whether two groups of a run's sequences differ in more than membership.
package enum RunGuards {
  /// Compares two groups by length and by text; empty where only scores are known.
  package static func findings(
    _ table: EvidenceTable?, _ first: [Int], _ second: [Int], _ groups: GuardGroups
  ) -> [GuardFinding] {
    guard let table, !first.isEmpty, !second.isEmpty else { return [] }
    var findings: [GuardFinding] = []
    let hasTokens = table.available.contains(.target)
    func length(_ row: Int) -> Int {
      let (chunk, index) = table.locate(row)
      let tokens = chunk.tokenRange(index).count
      return hasTokens || tokens > 0 ? tokens : chunk.columns.texts?.range(index).count ?? 0
    }
    if let shift = LengthShift(first.map(length), second.map(length)) {
      findings.append(shift.finding(groups, unit: hasTokens ? "tokens" : "bytes"))
    }
    let hasText = !table.available.isDisjoint(with: [.text, .tokenIDs])
    let blind =
      !hasText
      ? nil
      : BlindBaseline(first.count, second.count) { isFirst, index in
        Snippet.bytes(
          of: isFirst ? first[index] : second[index], in: table, upTo: BlindBaseline.mostBytes)
      }
    if let blind { findings.append(blind.finding(groups)) }
    return findings
  }
}

extension RunAnalysis {
  /// Rows of a label that headline figures count.
  private func primaryRows(_ label: Label) -> [Int] {
    scores.labels.indices.filter { scores.labels[$0] == label && isPrimary[$0] }
  }

  /// How members and non-members differ besides membership.
  package func memberGuards() -> [GuardFinding] {
    RunGuards.findings(table, primaryRows(.member), primaryRows(.nonMember), .members)
  }
}
