import Basics
import ScoringCore

/// Writes scores as CSV: `run,id,label,` and a column an attack.
///
/// Attacks that look at a zone of positions add columns named `<attack>_class`, `<attack>_up`,
/// `<attack>_down` and `<attack>_errors`. Undefined is empty, infinity `inf`.
package enum ScoresCSVWriter {
  /// Writes tables, one run after another, to a file, a `.gz` file, or standard output (`-`).
  package static func write(_ tables: [ScoreTable], to path: String) throws(IngestError) {
    var file = try ScoreFileWriter(.csv, to: path, attacks: ScoreColumns.names(tables))
    for table in tables { try file.write(table) }
    try file.commit()
  }

  static func header(_ attacks: [ScoreColumns.Name]) -> String {
    var names = ["run", "id", "label"]
    for attack in attacks {
      names.append(attack.name)
      guard attack.hasZone else { continue }
      names += ["_class", "_up", "_down", "_errors"].map { attack.name + $0 }
    }
    return CSVText.row(names)
  }

  /// The lines of a table's rows.
  static func lines(
    _ table: ScoreTable, _ rows: Range<Int>, _ attacks: [ScoreColumns.Name]
  ) -> String {
    let run = CSVText.field(table.run.name)
    let columns = attacks.map { table.column($0.name) }
    var lines = ""
    for row in rows {
      lines += run + "," + CSVText.field(table.ids[row]) + "," + table.labels[row].name
      for (attack, column) in zip(attacks, columns) { append(attack, column, row, to: &lines) }
      lines += "\n"
    }
    return lines
  }

  private static func append(
    _ attack: ScoreColumns.Name, _ column: ScoreColumn?, _ row: Int, to line: inout String
  ) {
    line += ","
    if let column { line += text(column[row]) }
    guard attack.hasZone else { return }
    guard let column, let zones = column.zones, row < zones.up.count else {
      line += "," + (column.map { $0.statuses[row].name } ?? "") + ",,,"
      return
    }
    line += "," + column.statuses[row].name
    line += "," + number(zones.up[row]) + "," + number(zones.down[row])
    line += ",\(zones.errors[row])"
  }

  /// A score as score files give it: a number, `inf` for what is ranked first by rule, or nothing.
  package static func text(_ score: Score) -> String { number(ScoreNames.value(score)) }

  /// A number as text: the shortest digits that read back as it, `inf`, or nothing for NaN.
  private static func number(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "" }
    return value.isInfinite ? (value > 0 ? "inf" : "-inf") : value.description
  }
}

/// The attacks of several tables.
package enum ScoreColumns {
  /// An attack's spelling, and whether any table says what its zones hold.
  package struct Name: Sendable {
    package var name: String
    package var hasZone: Bool

    package init(name: String, hasZone: Bool) {
      self.name = name
      self.hasZone = hasZone
    }
  }

  /// The attacks of several lists in order of first appearance.
  package static func union(_ lists: [[Name]]) -> [Name] {
    var names: [Name] = []
    for name in lists.joined() {
      if let place = names.firstIndex(where: { $0.name == name.name }) {
        names[place].hasZone = names[place].hasZone || name.hasZone
      } else {
        names.append(name)
      }
    }
    return names
  }

  /// All attacks in order of first appearance.
  package static func names(_ tables: [ScoreTable]) -> [Name] {
    union(tables.map { $0.columns.map { Name(name: $0.attack, hasZone: $0.zones != nil) } })
  }
}
