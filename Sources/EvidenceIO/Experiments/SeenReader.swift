import Basics
import ScoringCore

/// Reads which sequences a run had been trained on when it was saved.
///
/// CSV, also gzipped, with a heading: `id`, and `seen_until` for the last step that trained on it.
/// Only sequences that had been trained on are listed.
enum SeenReader {
  /// Reads a file.
  static func read(_ path: String) throws(IngestError) -> SeenSequences {
    var stream = try ByteStream.open(path)
    var rows = DelimitedRows(try stream.readAll(limit: 1 << 28))
    let remedy = "write a heading id,seen_until and a line for each sequence trained on"
    guard try next(&rows, path) else {
      throw IngestError(file: path, "is empty", remedy: remedy)
    }
    let heading = (0..<rows.fieldCount).map { rows.text($0).trimmed() }
    guard let id = heading.firstIndex(of: "id") else {
      throw IngestError(file: path, at: .line(rows.rowLine), "has no column id", remedy: remedy)
    }
    let step = heading.firstIndex(of: Metadata.seenUntilKey)
    var steps: [String: Int?] = [:]
    while try next(&rows, path) {
      guard rows.fieldCount == heading.count else {
        throw IngestError(
          file: path, at: .line(rows.rowLine),
          "has \(rows.fieldCount) fields, its heading \(heading.count)", remedy: remedy)
      }
      var last: Int?
      if let step, !rows.isEmpty(step) {
        guard let value = Int(rows.text(step).trimmed()), value > 0 else {
          throw IngestError(
            file: path, at: .line(rows.rowLine), field: Metadata.seenUntilKey,
            "is no step", remedy: "count steps from 1, or leave it empty")
        }
        last = value
      }
      let name = CSVText.text(rows.text(id))
      guard steps.updateValue(last, forKey: name) == nil else {
        throw IngestError(
          file: path, at: .line(rows.rowLine), field: "id", "names a sequence again",
          remedy: "list each sequence once, with its last step")
      }
    }
    return SeenSequences(steps)
  }

  private static func next(
    _ rows: inout DelimitedRows, _ path: String
  ) throws(IngestError) -> Bool {
    do throws(DelimitedRows.SyntaxError) {
      return try rows.next()
    } catch {
      throw IngestError(file: path, at: .line(rows.rowLine), error.problem)
    }
  }
}
