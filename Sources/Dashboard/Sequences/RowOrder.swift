import Analysis
import Basics
import ScoringCore
import TerminalUI

/// A run's sequences sorted and filtered as a query asks; made off the main thread, never changed.
///
/// A list in the order of scores begins with one line for the edge cases that a rule puts first;
/// those in the headline figures come before the others.
package final class RowOrder: Sendable {
  package let query: RowQuery
  package let analysis: RunAnalysis
  /// The attack's column in the analysis.
  package let attack: Int
  /// Rows of the run that are listed, in order; folded edge cases are not among them.
  package let rows: [UInt32]
  /// Rows that a rule puts first, where they have a line of their own.
  package let edgeCases: [UInt32]
  /// Places in the list whose text or id contains what is searched, ascending.
  package let matches: [UInt32]
  /// Sequences the run has.
  package let total: Int
  /// Which suspects can be named; nil unless asked for, and where nothing can be said.
  package let discoveries: Discoveries?
  /// The place above which the named suspects are; nil where the order does not show it.
  package let cut: Int?
  /// The place of the first sequence outside the headline figures, where those come last.
  package let outsideStart: Int?
  /// How the attack's scores are distributed.
  package let shape: ScoreShape
  /// Whether some score is of a class that needs a word beside it.
  let hasClasses: Bool
  /// Cells that ids take, judged by some of them.
  let idWidth: Int
  let familyWidth: Int
  /// Fewer edge cases than this are listed like all others.
  private static let foldedFrom = 3

  /// Sorts and filters; nil if cancelled, or if the run has no such attack.
  package init?(_ query: RowQuery, _ analysis: RunAnalysis, isCancelled: @Sendable () -> Bool) {
    guard let attack = analysis.attackIndex(query.attack) else { return nil }
    guard
      var rows = Self.kept(
        RowSorter(query, analysis, attack: attack).rows(), query, analysis, attack: attack,
        isCancelled: isCancelled)
    else { return nil }
    let isByScore = query.sort == .score && query.direction == .descending
    var edgeCases: [UInt32] = []
    var headline = rows.count
    if isByScore {
      let column = analysis.scores.columns[attack]
      let edges = rows.filter { column.statuses[Int($0)].isRankedByRule }
      if edges.count >= Self.foldedFrom, query.search.isEmpty {
        edgeCases = edges
        if query.foldsEdgeCases { rows.removeAll { column.statuses[Int($0)].isRankedByRule } }
      }
      let isHeadline = { (row: UInt32) in
        analysis.isPrimary[Int(row)] || analysis.scores.labels[Int(row)] == .unknown
      }
      let first = rows.filter(isHeadline)
      if first.count < rows.count { rows = first + rows.filter { !isHeadline($0) } }
      headline = first.count
    }
    let offset = edgeCases.isEmpty ? 0 : 1
    guard
      let matches = Self.matches(rows, query.search, analysis, isCancelled: isCancelled)
    else { return nil }
    self.query = query
    self.analysis = analysis
    self.attack = attack
    self.rows = rows
    self.edgeCases = edgeCases
    self.matches = matches.map { $0 + UInt32(offset) }
    total = analysis.count
    discoveries = Discoveries(query.discoveryRate, analysis, attack: attack)
    cut = discoveries.flatMap { Self.cut($0, rows, query, analysis.scores.labels) }
      .map { $0 + offset }
    outsideStart = headline < rows.count ? headline + offset : nil
    shape = ScoreShape(
      analysis, attack: attack,
      prefersSuspects: query.discoveryRate != .off || query.filter.asksForSuspects)
    hasClasses = analysis.scores.columns[attack].statuses.contains { $0 != .ordinary }
    let sample = stride(from: 0, to: analysis.count, by: max(1, analysis.count / 200))
    idWidth = sample.map { TextMeasure.width(analysis.scores.ids[$0]) }.max() ?? 0
    familyWidth =
      analysis.metadata.column("family")?.values.map { TextMeasure.width($0) }.max() ?? 0
  }

  /// The rows that pass the filter; nil if cancelled.
  private static func kept(
    _ rows: [UInt32], _ query: RowQuery, _ analysis: RunAnalysis, attack: Int,
    isCancelled: @Sendable () -> Bool
  ) -> [UInt32]? {
    guard !isCancelled() else { return nil }
    guard !query.filter.isEmpty else { return rows }
    let predicate = RowPredicate(
      query.filter, analysis, attack: attack, rate: query.discoveryRate, verdicts: query.verdicts)
    var kept: [UInt32] = []
    for (number, row) in rows.enumerated() {
      if number & 4095 == 0, isCancelled() { return nil }
      if predicate.passes(Int(row)) { kept.append(row) }
    }
    return kept
  }

  /// Which of the rows, by number, contain a text; nil if cancelled.
  private static func matches(
    _ rows: [UInt32], _ text: String, _ analysis: RunAnalysis, isCancelled: @Sendable () -> Bool
  ) -> [UInt32]? {
    let search = TextSearch(text)
    var matches: [UInt32] = []
    guard !search.isEmpty else { return matches }
    for (place, row) in rows.enumerated() {
      if place & 4095 == 0, isCancelled() { return nil }
      let isMatch =
        search.isIn(analysis.scores.ids, Int(row))
        || analysis.table.map { search.isInText(of: Int(row), $0) } ?? false
      if isMatch { matches.append(UInt32(place)) }
    }
    return matches
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

  /// The lines of the list: its sequences, and the one of the edge cases.
  package var count: Int { rows.count + offset }
  /// The sequences that pass the filter, folded or not.
  package var passing: Int { rows.count + (query.foldsEdgeCases ? edgeCases.count : 0) }
  private var offset: Int { edgeCases.isEmpty ? 0 : 1 }
  package var column: ScoreColumn { analysis.scores.columns[attack] }
  package var figures: AttackAnalysis { analysis.attacks[attack] }

  /// Whether a place is the line that folds and unfolds the edge cases.
  package func isFold(_ place: Int) -> Bool { place == 0 && !edgeCases.isEmpty }

  /// Where a row is listed, if it is; looks through all of them.
  package func place(of row: Int) -> Int? {
    rows.firstIndex(of: UInt32(row)).map { $0 + offset }
  }

  /// The row listed at a place.
  package func row(_ place: Int) -> Int? {
    let index = place - offset
    return rows.indices.contains(index) ? Int(rows[index]) : nil
  }

  /// The first place that holds a sequence.
  package var firstPlace: Int { min(offset, max(0, count - 1)) }

  /// The first place from one on that holds a sequence whose tokens are kept; nil if none does.
  package func placeWithTokens(from place: Int, step: Int) -> Int? {
    guard analysis.countWithoutTokens > 0 else { return place }
    return stride(from: place, through: step > 0 ? count - 1 : firstPlace, by: step).first {
      row($0).map(analysis.hasTokens) ?? false
    }
  }

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

extension ScoreStatus {
  /// Whether a rule, and no number, puts such a score above all others.
  var isRankedByRule: Bool { self == .forcedNoErrors || self == .forcedN0 }
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
