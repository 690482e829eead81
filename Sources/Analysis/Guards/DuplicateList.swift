import ScoringCore

/// Texts of two groups that nearly repeat each other, for all runs that have these texts.
package struct DuplicateList {
  /// Two sequences by their ids.
  package struct Entry {
    package let first: String
    package let second: String
    package let similarity: Double
  }

  package let runs: [String]
  package let groups: GuardGroups
  /// The most similar pairs first.
  package let pairs: [Entry]

  /// The lists of an experiment: members, non-members and suspects against each other, over all
  /// sequences; runs of scores only have no texts.
  package static func lists(of experiment: Experiment) -> [DuplicateList] {
    var tables: [(table: EvidenceTable, runs: [String])] = []
    for case .evidence(let table) in experiment.runs
    where !table.available.isDisjoint(with: [.text, .tokenIDs]) {
      if let place = tables.firstIndex(where: { $0.table.holdsSameTexts(as: table) }) {
        tables[place].runs.append(table.run.name)
      } else {
        tables.append((table, [table.run.name]))
      }
    }
    let comparisons: [(Label, Label, GuardGroups)] = [
      (.member, .nonMember, .members),
      (.unknown, .member, GuardGroups(first: "suspects", second: "known members")),
      (.unknown, .nonMember, .suspects),
    ]
    var lists: [DuplicateList] = []
    for (table, runs) in tables {
      let labels = table.labels
      for (first, second, groups) in comparisons {
        let rows = [first, second].map { label in labels.indices.filter { labels[$0] == label } }
        guard !rows[0].isEmpty, !rows[1].isEmpty else { continue }
        lists.append(DuplicateList(table, runs: runs, groups: groups, rows[0], rows[1]))
      }
    }
    return lists
  }

  private init(
    _ table: EvidenceTable, runs: [String], groups: GuardGroups, _ first: [Int], _ second: [Int]
  ) {
    self.runs = runs
    self.groups = groups
    let found = NearDuplicates(first.count, second.count, limit: .max) { isFirst, index in
      table.textBytes(isFirst ? first[index] : second[index], atMost: NearDuplicates.mostBytes)
    }
    pairs = found.pairs.map {
      Entry(
        first: table.id(first[$0.first]), second: table.id(second[$0.second]),
        similarity: $0.similarity)
    }
  }
}
