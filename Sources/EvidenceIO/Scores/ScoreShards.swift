import Basics
import ScoringCore

/// Score files that hold one run in parts, as an engine of many processes writes it.
///
/// Parts say by their `run` column that they belong together and hold different sequences. Files
/// with the same sequences are scores of two kinds, and stay runs of their own.
struct ScoreShards {
  /// Where tables of score files lie among the runs, and of which file each is.
  private var places: [(run: Int, path: String)] = []

  /// Notes that a run is the table of a file.
  mutating func add(run: Int, path: String) { places.append((run, path)) }

  /// The runs, with the parts of a run as one where its first part was.
  func joined(_ runs: [Experiment.RunSource]) throws(IngestError) -> [Experiment.RunSource] {
    var runs = runs
    var taken: [Int] = []
    for group in groups(runs) {
      guard try areParts(group) else { continue }
      runs[group[0].run] = .scores(Self.table(group.map(\.table)))
      taken += group.dropFirst().map(\.run)
    }
    for run in taken.sorted().reversed() { runs.remove(at: run) }
    return runs
  }

  private typealias Part = (run: Int, path: String, table: ScoreTable)

  /// Tables of one run's name and columns that did not get the name from their files.
  private func groups(_ runs: [Experiment.RunSource]) -> [[Part]] {
    var order: [String] = []
    var groups: [String: [Part]] = [:]
    for (run, path) in places {
      guard case .scores(let table) = runs[run] else { continue }
      let columns = table.columns.map(\.attack)
      let key = ([table.run.name] + columns).joined(separator: "\u{0}")
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append((run, path, table))
    }
    return order.compactMap { groups[$0] }.filter { group in
      group.count > 1
        && !group.allSatisfy { ScoresCSVReader.runName($0.path) == $0.table.run.name }
    }
  }

  /// Whether tables hold different sequences; an error if some hold the same and some do not.
  private func areParts(_ group: [Part]) throws(IngestError) -> Bool {
    var ids = TextInterner()
    var owners: [Int32] = []
    var repeated: (id: String, owner: Int, part: Int)?
    var repeats = 0
    for (number, part) in group.enumerated() {
      for row in 0..<part.table.count {
        var id = part.table.ids[row]
        let (place, isNew) = id.withUTF8 { ids.insert($0) }
        if isNew {
          owners.append(Int32(truncatingIfNeeded: number))
        } else {
          repeats += 1
          repeated = repeated ?? (id, Int(owners[place]), number)
        }
      }
    }
    guard let repeated else { return true }
    if repeats == ids.count * (group.count - 1) { return false }
    throw IngestError(
      file: group[repeated.part].path, field: "id",
      "\"\(repeated.id)\" of the run \"\(group[0].table.run.name)\" is in "
        + "\(group[repeated.owner].path) as well",
      remedy: "the parts of a run hold different sequences; give other runs names of their own")
  }

  private static func table(_ parts: [ScoreTable]) -> ScoreTable {
    let columns = parts[0].columns.indices.map { place in
      let columns = parts.map { $0.columns[place] }
      return ScoreColumn(
        attack: columns[0].attack, values: columns.flatMap(\.values),
        statuses: columns.flatMap(\.statuses), zones: zones(columns.map(\.zones)))
    }
    return ScoreTable(
      run: parts[0].run,
      ids: TextColumn(parts.flatMap { part in (0..<part.count).map { part.ids[$0] } }),
      labels: parts.flatMap(\.labels), columns: columns)
  }

  private static func zones(_ parts: [ZoneColumns?]) -> ZoneColumns? {
    let known = parts.compactMap(\.self)
    guard known.count == parts.count else { return nil }
    var all = ZoneColumns()
    for part in known {
      all.up += part.up
      all.down += part.down
      all.errors += part.errors
      all.skipped += part.skipped
    }
    return all
  }
}
