import Basics
import ScoringCore

/// What sequences are cut into slices by.
package enum SliceKey: Hashable {
  /// Groups of about equal size by the number of tokens.
  case length(groups: Int)
  /// The values of a `meta` key.
  case meta(String)

  /// Reads `length`, `length:8` or a key, where `meta.length` is a key of that name; nil if neither.
  package init?(_ text: String) {
    if text == "length" {
      self = .length(groups: 4)
    } else if text.hasPrefix("length:") {
      guard let groups = Int(text.dropFirst("length:".count)), (2...100).contains(groups) else {
        return nil
      }
      self = .length(groups: groups)
    } else {
      let key = text.hasPrefix("meta.") ? String(text.dropFirst("meta.".count)) : text
      guard !key.isEmpty else { return nil }
      self = .meta(key)
    }
  }

  package var name: String {
    switch self {
    case .length: "length"
    case .meta(let key): key
    }
  }
}

/// Why a run cannot be cut into slices.
package struct SliceError: Error, CustomStringConvertible {
  package let description: String
}

/// One run's figures, slice by slice.
package struct SliceReport {
  /// Some sequences and their figures.
  package struct Slice {
    /// What they share, such as a value of the key.
    package let name: String
    package let members: Int
    package let nonMembers: Int
    /// One evaluation for each attack of the run.
    package let evaluations: [AttackEvaluation]
    /// For each attack, what the thresholds of the whole run detect here.
    package let detections: [[SliceDetection]]

    /// Fewer of a class than figures can be trusted on.
    package var isSmall: Bool { min(members, nonMembers) < 30 }
  }

  package let key: SliceKey
  /// Which non-members each slice is compared with.
  package let baseline: SliceBaseline
  package let slices: [Slice]

  /// More values than this are no slices but names.
  private static let mostSlices = 50

  /// Cuts a run's sequences and evaluates each slice.
  package static func make(
    _ analysis: RunAnalysis, by key: SliceKey, options: EvaluationOptions
  ) -> Result<SliceReport, SliceError> {
    do throws(SliceError) {
      return .success(SliceReport(analysis, try groups(analysis, key), key, options))
    } catch {
      return .failure(error)
    }
  }

  private init(
    _ analysis: RunAnalysis, _ groups: (names: [String], ofRow: [Int?]), _ key: SliceKey,
    _ options: EvaluationOptions
  ) {
    let labels = analysis.scores.labels
    let rows = labels.indices.filter { groups.ofRow[$0] != nil }
    func holders(_ label: Label) -> Set<Int> {
      Set(rows.lazy.filter { labels[$0] == label }.compactMap { groups.ofRow[$0] })
    }
    // A key that some members have alone, such as a number of repeats, has no non-members to match.
    let baseline: SliceBaseline =
      holders(.member).isSubset(of: holders(.nonMember)) ? .sameKey : .all
    let whole = analysis.attacks.map {
      $0.evaluation.ranking.slices(
        by: groups.ofRow, targets: options.targets, baseline: baseline, level: options.level)
    }
    slices = groups.names.indices.map { group in
      let isIn = labels.indices.map { row in
        groups.ofRow[row] == group && !(baseline == .all && labels[row] == .nonMember)
          || baseline == .all && labels[row] == .nonMember && analysis.isPrimary[row]
      }
      let evaluations =
        AttackEvaluation.all(
          analysis.scores.columns, labels: labels, isIncluded: isIn, clusters: analysis.documents,
          options: options) ?? []
      return Slice(
        name: groups.names[group],
        members: labels.indices.count { isIn[$0] && labels[$0] == .member },
        nonMembers: labels.indices.count { isIn[$0] && labels[$0] == .nonMember },
        evaluations: evaluations,
        detections: whole.map { $0.first { $0.key == group }?.atOverallThresholds ?? [] })
    }
    self.key = key
    self.baseline = baseline
  }

  /// The slice of each counted sequence.
  private static func groups(
    _ analysis: RunAnalysis, _ key: SliceKey
  ) throws(SliceError) -> (names: [String], ofRow: [Int?]) {
    let name = analysis.run.name
    guard let table = analysis.table else {
      throw SliceError(
        description: "\(name) has scores only, which carry neither meta nor lengths; give evidence")
    }
    switch key {
    case .length(let count):
      let lengths = (0..<analysis.count).map { table.tokenCount($0) }
      let isIncluded = zip(analysis.isPrimary, lengths).map { $0 && $1 != nil }
      let quantiles = LengthQuantiles(
        lengths.map { $0 ?? 0 }, isIncluded: isIncluded, count: count)
      let names = quantiles.ranges.map { range in
        range.count == 1 ? "\(range.lowerBound) tokens" : "\(range.lowerBound)-\(range.upperBound)"
      }
      return (names, quantiles.groups)
    case .meta(let key):
      let known = analysis.metadata.columns.map(\.key)
      guard let column = analysis.metadata.column(key) else {
        let hint = nearestWord(to: key, in: known).map { " (did you mean '\($0)'?)" } ?? ""
        throw SliceError(
          description: known.isEmpty
            ? "the sequences of \(name) have no meta; cut by length"
            : "the sequences of \(name) have no meta.\(key)\(hint); there are: "
              + known.joined(separator: ", "))
      }
      return try groups(of: column, analysis)
    }
  }

  private static func groups(
    of column: Metadata.Column, _ analysis: RunAnalysis
  ) throws(SliceError) -> (names: [String], ofRow: [Int?]) {
    let rows = (0..<analysis.count).filter { analysis.isPrimary[$0] }
    let used = Set(rows.map { Int(column.codes[$0]) })
    let values = used.filter { $0 >= 0 }
    guard values.count <= mostSlices else {
      throw SliceError(
        description: "meta.\(column.key) has \(values.count) different values, so it names "
          + "sequences rather than kinds of them; cut by a key of at most \(mostSlices) values")
    }
    let isNumeric = values.allSatisfy { Double(column.values[$0]) != nil }
    let order = values.sorted { a, b in
      let (left, right) = (column.values[a], column.values[b])
      return isNumeric ? (Double(left) ?? 0) < (Double(right) ?? 0) : left < right
    }
    var places: [Int: Int] = [:]
    for (place, code) in order.enumerated() { places[code] = place }
    var names = order.map { column.values[$0] }
    if used.contains(-1) {
      places[-1] = names.count
      names.append("without \(column.key)")
    }
    var groups = [Int?](repeating: nil, count: analysis.count)
    for row in rows { groups[row] = places[Int(column.codes[row])] }
    return (names, groups)
  }
}
