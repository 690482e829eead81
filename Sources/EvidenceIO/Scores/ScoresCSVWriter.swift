import Basics
import ScoringCore

/// Writes scores as CSV: `run,id,label,` and a column an attack.
///
/// Attacks that look at a zone of positions add columns named `<attack>_class`, `<attack>_up`,
/// `<attack>_down` and `<attack>_errors`. Undefined is empty, infinity `inf`.
package enum ScoresCSVWriter {
  /// Writes tables, one run after another, to a file, a `.gz` file, or standard output (`-`).
  package static func write(_ tables: [ScoreTable], to path: String) throws(IngestError) {
    var file = try OutputFile.create(path, .figures)
    let attacks = ScoreColumns.names(tables)
    var header = "run,id,label"
    for attack in attacks {
      header += "," + CSVText.field(attack.name)
      guard attack.hasZone else { continue }
      for suffix in ["_class", "_up", "_down", "_errors"] {
        header += "," + CSVText.field(attack.name + suffix)
      }
    }
    try file.write(header + "\n")
    for table in tables {
      let run = CSVText.field(table.run.name)
      let columns = attacks.map { table.column($0.name) }
      for row in 0..<table.count {
        var line = run + "," + CSVText.field(table.ids[row]) + "," + table.labels[row].name
        for (attack, column) in zip(attacks, columns) { append(attack, column, row, to: &line) }
        try file.write(line + "\n")
      }
    }
    try file.commit()
  }

  private static func append(
    _ attack: ScoreColumns.Name, _ column: ScoreColumn?, _ row: Int, to line: inout String
  ) {
    line += ","
    if let column { line += number(ScoreNames.value(column[row])) }
    guard attack.hasZone else { return }
    guard let column, let zones = column.zones, row < zones.up.count else {
      line += "," + (column.map { $0.statuses[row].name } ?? "") + ",,,"
      return
    }
    line += "," + column.statuses[row].name
    line += "," + number(zones.up[row]) + "," + number(zones.down[row])
    line += ",\(zones.errors[row])"
  }

  /// A number as text: the shortest digits that read back as it, `inf`, or nothing for NaN.
  private static func number(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "" }
    return value.isInfinite ? (value > 0 ? "inf" : "-inf") : value.description
  }
}

/// The attacks of several tables.
enum ScoreColumns {
  /// An attack's spelling, and whether any table says what its zones hold.
  struct Name {
    var name: String
    var hasZone: Bool
  }

  /// All attacks in order of first appearance.
  static func names(_ tables: [ScoreTable]) -> [Name] {
    var names: [Name] = []
    for column in tables.flatMap(\.columns) {
      if let place = names.firstIndex(where: { $0.name == column.attack }) {
        names[place].hasZone = names[place].hasZone || column.zones != nil
      } else {
        names.append(Name(name: column.attack, hasZone: column.zones != nil))
      }
    }
    return names
  }
}
