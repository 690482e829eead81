import ScoringCore

/// Writes scores part after part, so that no more than a part is ever held.
package struct ScoreFileWriter: ~Copyable {
  /// How scores are written.
  package enum Format: String, CaseIterable, Sendable {
    /// A table, for spreadsheets.
    case csv
    /// A JSON object per line.
    case jsonl
  }

  private let format: Format
  private let attacks: [ScoreColumns.Name]
  private var file: OutputFile
  /// Rows formatted at a time.
  private static let stripe = 1024

  /// Begins a file, a `.gz` file, or standard output (`-`).
  ///
  /// - Parameter attacks: The columns of a table, which its first line names.
  package init(
    _ format: Format, to path: String, attacks: [ScoreColumns.Name]
  ) throws(IngestError) {
    var file = try OutputFile.create(path, .figures)
    if format == .csv { try file.write(ScoresCSVWriter.header(attacks)) }
    self.format = format
    self.attacks = attacks
    self.file = file
  }

  /// Appends the rows of a table.
  package mutating func write(_ table: ScoreTable) throws(IngestError) {
    for start in stride(from: 0, to: table.count, by: Self.stripe) {
      let rows = start..<min(start + Self.stripe, table.count)
      switch format {
      case .csv: try file.write(ScoresCSVWriter.lines(table, rows, attacks))
      case .jsonl: for row in rows { try file.write(ScoresJSONLWriter.line(table, row)) }
      }
    }
  }

  /// Sends on what has been written so far, for somebody who reads along.
  package mutating func flush() throws(IngestError) { try file.flush() }

  /// Makes the file complete.
  package consuming func commit() throws(IngestError) { try file.commit() }
}
