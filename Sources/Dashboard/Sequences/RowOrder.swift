import Analysis
import ScoringCore
import TerminalUI

/// A run's sequences sorted and filtered as a query asks; made off the main thread, never changed.
package final class RowOrder: Sendable {
  package let query: RowQuery
  package let analysis: RunAnalysis
  /// The attack's column in the analysis.
  package let attack: Int
  /// Rows of the run in the order they are listed.
  package let rows: [UInt32]
  /// Places in `rows` whose text or id contains what is searched, ascending.
  package let matches: [UInt32]
  /// Sequences the run has.
  package let total: Int
  /// Which suspects can be named; nil unless asked for, and where nothing can be said.
  package let discoveries: Discoveries?
  /// The place in `rows` above which the named suspects are; nil where the order does not show it.
  package let cut: Int?
  /// How the attack's scores are distributed.
  package let shape: ScoreShape
  /// Whether some score is of a class that needs a word beside it.
  let hasClasses: Bool
  /// Cells that ids take, judged by some of them.
  let idWidth: Int
  let familyWidth: Int

  /// Sorts and filters; nil if cancelled, or if the run has no such attack.
  package init?(_ query: RowQuery, _ analysis: RunAnalysis, isCancelled: @Sendable () -> Bool) {
    guard let attack = analysis.attackIndex(query.attack) else { return nil }
    let test = RowTest(query.filter, analysis, attack: attack, verdicts: query.verdicts)
    var rows = RowSorter(query, analysis, attack: attack).rows()
    guard !isCancelled() else { return nil }
    if !query.filter.isEmpty {
      var kept: [UInt32] = []
      for (number, row) in rows.enumerated() {
        if number & 4095 == 0, isCancelled() { return nil }
        if test.passes(Int(row)) { kept.append(row) }
      }
      rows = kept
    }
    var matches: [UInt32] = []
    let needle = Needle(query.search)
    if !needle.isEmpty {
      for (place, row) in rows.enumerated() {
        if place & 4095 == 0, isCancelled() { return nil }
        let isMatch =
          needle.isIn(analysis.scores.ids, Int(row))
          || analysis.table.map { needle.isInText(of: Int(row), $0) } ?? false
        if isMatch { matches.append(UInt32(place)) }
      }
    }
    self.query = query
    self.analysis = analysis
    self.attack = attack
    self.rows = rows
    self.matches = matches
    total = analysis.count
    discoveries = Discoveries(query.discoveryRate, analysis, attack: attack)
    cut = discoveries.flatMap { Self.cut($0, rows, query, analysis.scores.labels) }
    shape = ScoreShape(analysis, attack: attack)
    hasClasses = analysis.scores.columns[attack].statuses.contains { $0 != .ordinary }
    let sample = stride(from: 0, to: analysis.count, by: max(1, analysis.count / 200))
    idWidth = sample.map { TextMeasure.width(analysis.scores.ids[$0]) }.max() ?? 0
    familyWidth =
      analysis.metadata.column("family")?.values.map { TextMeasure.width($0) }.max() ?? 0
  }

  /// Where the last named suspect is listed, if suspects are listed in the order of their p-values.
  private static func cut(
    _ discoveries: Discoveries, _ rows: [UInt32], _ query: RowQuery, _ labels: [Label]
  ) -> Int? {
    let isByEvidence =
      query.sort == .score && query.direction == .descending
      || query.sort == .pValue && query.direction == .ascending
    guard isByEvidence, rows.contains(where: { labels[Int($0)] == .unknown }) else { return nil }
    return rows.lastIndex { discoveries.names(Int($0)) }.map { $0 + 1 } ?? 0
  }

  package var count: Int { rows.count }
  package var column: ScoreColumn { analysis.scores.columns[attack] }
  package var figures: AttackAnalysis { analysis.attacks[attack] }

  /// Where a row is listed, if it is; looks through all of them.
  package func place(of row: Int) -> Int? { rows.firstIndex(of: UInt32(row)) }

  /// The row listed at a place.
  package func row(_ place: Int) -> Int? { rows.indices.contains(place) ? Int(rows[place]) : nil }

  /// Which match comes next from a place: its number, its place, and whether the search wrapped.
  package func match(
    from place: Int, forward: Bool, including isIncluded: Bool = false
  ) -> (number: Int, place: Int, wrapped: Bool)? {
    guard !matches.isEmpty else { return nil }
    let found =
      forward
      ? matches.firstIndex { isIncluded ? $0 >= place : $0 > place }
      : matches.lastIndex { $0 < place }
    let number = found ?? (forward ? 0 : matches.count - 1)
    return (number, Int(matches[number]), found == nil)
  }
}

/// Sorts the rows of a run by one column; rows without a value come last in either direction.
private struct RowSorter {
  let query: RowQuery
  let analysis: RunAnalysis
  let attack: Int

  init(_ query: RowQuery, _ analysis: RunAnalysis, attack: Int) {
    self.query = query
    self.analysis = analysis
    self.attack = attack
  }

  func rows() -> [UInt32] {
    let column = analysis.scores.columns[attack]
    switch query.sort {
    case .score: return byScore()
    case .pValue: return byNumber(analysis.attacks[attack].pValues)
    case .up: return byNumber(column.zones?.up ?? [])
    case .down: return byNumber(column.zones?.down ?? [])
    case .errors: return byNumber(column.zones?.errors.map(Double.init) ?? [])
    case .label:
      // Members, non-members, suspects: the order of interest, not of the alphabet.
      return byNumber(
        analysis.scores.labels.map { $0 == .member ? 0 : $0 == .nonMember ? 1 : 2 })
    case .duplicates: return byMeta("duplicates") { Double($0) }
    case .family:
      let values = (analysis.metadata.column("family")?.values ?? []).enumerated()
        .sorted { $0.element < $1.element }
      let places = Dictionary(
        uniqueKeysWithValues: values.enumerated().map { ($0.element.element, Double($0.offset)) })
      return byMeta("family") { places[$0] }
    case .id: return byID()
    }
  }

  /// The ranking has the order already; upside down, tied rows keep theirs.
  private func byScore() -> [UInt32] {
    let ranking = analysis.attacks[attack].evaluation.ranking
    guard query.direction == .ascending else { return ranking.order + ranking.droppedRows }
    var rows: [UInt32] = []
    rows.reserveCapacity(analysis.count)
    for group in (0..<ranking.definedGroupCount).reversed() {
      rows += ranking.order[ranking.range(ofGroup: group)]
    }
    return rows + ranking.order[rows.count...] + ranking.droppedRows
  }

  private func byNumber(_ values: [Double]) -> [UInt32] {
    let all = (0..<UInt32(analysis.count)).map { $0 }
    guard values.count == all.count else { return all }
    let isAscending = query.direction == .ascending
    let known = all.filter { !values[Int($0)].isNaN }
    let sorted = known.sorted { left, right in
      let (a, b) = (values[Int(left)], values[Int(right)])
      return a == b ? left < right : isAscending ? a < b : a > b
    }
    return known.count == all.count ? sorted : sorted + all.filter { values[Int($0)].isNaN }
  }

  private func byMeta(_ key: String, _ number: (String) -> Double?) -> [UInt32] {
    guard let column = analysis.metadata.column(key) else { return byNumber([]) }
    let numbers = column.values.map { number($0) ?? .nan }
    return byNumber(column.codes.map { $0 < 0 ? .nan : numbers[Int($0)] })
  }

  private func byID() -> [UInt32] {
    let ids = analysis.scores.ids
    let keyed = (0..<UInt32(analysis.count)).map { (row: $0, id: ids[Int($0)]) }
    let isAscending = query.direction == .ascending
    return keyed.sorted { isAscending ? $0.id < $1.id : $0.id > $1.id }.map(\.row)
  }
}
