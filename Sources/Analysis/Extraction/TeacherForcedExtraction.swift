import ScoringCore

/// What extraction from a run would take by ranks and log-probabilities of the true text alone.
package struct TeacherForcedExtraction {
  /// Sequences with something in common.
  package struct Row {
    /// `members`, `non-members`, `unknown`, `canaries` or `control canaries`.
    package let group: String
    /// The `meta` key and value that they share; nil for the whole group.
    package let slice: (key: String, value: String)?
    package let sequences: Int
    /// The mean share of first choices that are true; nil where nothing tells.
    package let memorized: Double?
    /// The same under the reference.
    package let referenceMemorized: Double?
    /// The mean extraction strength.
    package let strength: Double?
    /// The same under the reference.
    package let referenceStrength: Double?
    /// Those whose suffix greedy decoding gives, of those long enough.
    package let greedy: Proportion
    /// Those whose suffix comes within each of `draws`, of those long enough.
    package let within: [Proportion]
    /// Those with a window that the target gives away greedily and the reference would need
    /// `windowReferenceBits` for, of those whose evidence tells.
    package let windows: Proportion
    /// The least cost of any window of any of them, in bits.
    package let leastBits: Double?

    /// Whether the evidence gives any figure.
    var hasFigures: Bool {
      let isLong = (within.first?.total ?? 0) > 0
      return memorized != nil || leastBits != nil || isLong
    }
  }

  /// The fewest bits that the reference must need for a window that counts.
  package static let windowReferenceBits = 40.0
  /// log2 of the draws that tables have columns of.
  package static let draws: [Double] = [10, 20, 30]

  package let settings: ExtractionSettings
  package let rows: [Row]
  /// Members over non-members; nil where no suffix is long enough.
  package let curve: DiscoveryCurve?

  /// The figures of a run's sequences; nil where the evidence gives none.
  package init?(
    _ table: EvidenceTable, _ metadata: Metadata, canaries: Set<Int>, keys: [String],
    settings: ExtractionSettings, level: Double
  ) {
    guard table.available.contains(.target),
      let measures = ExtractionMeasures(table, settings: settings)
    else { return nil }
    self.settings = settings
    let population = Set(table.populationRows)
    let groups = SequenceGroup.split(
      (0..<table.count).filter { !population.contains($0) }, table, canaries: canaries)
    rows = groups.flatMap { group -> [Row] in
      let own = keys.filter { $0 == "duplicates" || !group.isCanaries }
      return [Self.row(group.name, nil, group.rows, measures, level)]
        + own.flatMap { key in
          SequenceGroup.slices(group.rows, metadata.column(key)).map {
            Self.row(group.name, (key, $0.value), $0.rows, measures, level)
          }
        }
    }
    guard rows.contains(where: \.hasFigures) else { return nil }
    let byName = Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0.rows) })
    let curve = DiscoveryCurve(
      measures, members: byName["members"] ?? [], nonMembers: byName["non-members"] ?? [],
      level: level)
    let last = curve.points.last
    let count = (last?.members.total ?? 0) + (last?.nonMembers.total ?? 0)
    self.curve = count == 0 ? nil : curve
  }

  private static func row(
    _ group: String, _ slice: (key: String, value: String)?, _ rows: [Int],
    _ measures: ExtractionMeasures, _ level: Double
  ) -> Row {
    func mean(_ values: [Double]) -> Double? {
      let known = rows.map { values[$0] }.filter { !$0.isNaN }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    let told = rows.filter { !measures.suffixIsGreedy[$0].isNaN }
    let long = rows.map { measures.log2Draws($0) }.filter { !$0.isNaN }
    let known = rows.filter { !measures.greedyWindowReferenceBits[$0].isNaN }
    return Row(
      group: group, slice: slice, sequences: rows.count, memorized: mean(measures.memorized),
      referenceMemorized: mean(measures.referenceMemorized), strength: mean(measures.strength),
      referenceStrength: mean(measures.referenceStrength),
      greedy: Proportion(
        told.count { measures.suffixIsGreedy[$0] == 1 }, of: told.count, level: level),
      within: draws.map { limit in
        Proportion(long.count { $0 <= limit }, of: long.count, level: level)
      },
      windows: Proportion(
        known.count { measures.greedyWindowReferenceBits[$0] >= windowReferenceBits },
        of: known.count, level: level),
      leastBits: rows.map { measures.windowBits[$0] }.filter { !$0.isNaN }.min())
  }
}
