import Basics
import ScoringCore

/// Writes scores as one JSON object per line.
///
/// Keys are the CSV's. Infinity is the string `"inf"`, undefined is null with
/// `"<attack>_reason"` beside it.
package enum ScoresJSONLWriter {
  /// Writes tables, one run after another, to a file, a `.gz` file, or standard output (`-`).
  package static func write(_ tables: [ScoreTable], to path: String) throws(IngestError) {
    var file = try ScoreFileWriter(.jsonl, to: path, attacks: [])
    for table in tables { try file.write(table) }
    try file.commit()
  }

  static func line(_ table: ScoreTable, _ row: Int) -> [UInt8] {
    var text = JSONText()
    text.raw("{\"run\":")
    text.string(table.run.name)
    text.raw(",\"id\":")
    text.string(table.ids[row])
    text.raw(",\"label\":")
    text.string(table.labels[row].name)
    for column in table.columns { append(column, row, to: &text) }
    text.raw("}\n")
    return text.bytes
  }

  private static func append(_ column: ScoreColumn, _ row: Int, to text: inout JSONText) {
    func key(_ suffix: String) {
      text.raw(",")
      text.string(column.attack + suffix)
      text.raw(":")
    }
    let status = column.statuses[row]
    key("")
    number(ScoreNames.value(column[row]), to: &text)
    if !status.isDefined {
      key("_reason")
      text.string(status.name)
    }
    guard let zones = column.zones, row < zones.up.count else { return }
    if status.isDefined {
      key("_class")
      text.string(status.name)
    }
    key("_up")
    number(zones.up[row], to: &text)
    key("_down")
    number(zones.down[row], to: &text)
    key("_errors")
    text.integer(zones.errors[row])
  }

  private static func number(_ value: Double?, to text: inout JSONText) {
    guard let value, !value.isNaN else { return text.raw("null") }
    guard value.isInfinite else { return text.double(value) }
    text.string(value > 0 ? "inf" : "-inf")
  }
}
