import Basics
import ScoringCore

/// One sequence's judgement in a file; what the file does not say is nil.
package struct VerdictRecord: Hashable, Sendable {
  /// The sequence's id.
  package var id: String
  /// The verdict.
  package var verdict: Verdict?
  /// The note.
  package var note: String?
  /// When it was judged, in seconds since 1970 (UTC).
  package var time: Int64?
  /// Who judged.
  package var author: String?

  package init(
    id: String, verdict: Verdict? = nil, note: String? = nil, time: Int64? = nil,
    author: String? = nil
  ) {
    self.id = id
    self.verdict = verdict
    self.note = note
    self.time = time
    self.author = author
  }

  /// What a store holds of a sequence.
  package init(_ entry: VerdictStore.Entry) {
    let change = entry.change
    self.init(
      id: change.id, verdict: change.new.verdict, note: change.new.note, time: change.time,
      author: change.author)
  }
}

/// What a file of verdicts holds, and which of its records are left out and why.
package struct VerdictImport: Hashable, Sendable {
  /// The records, in the file's order, ids unique.
  package var records: [VerdictRecord] = []
  /// Records left out, one line each: `file:line: field: problem; remedy`, safe to print.
  package var defects: [String] = []
  /// Columns that mean nothing here.
  package var ignoredColumns: [String] = []
}

/// Files of verdicts: `id,verdict,note,time,author` as CSV, or the same keys as JSON lines.
///
/// CSV is safe to open in a spreadsheet: a cell that would run as a formula begins with an apostrophe,
/// and control, bidirectional and line-breaking characters are written as `\u{202E}`. Reading undoes both.
package enum VerdictFiles {
  /// How a file is written.
  package enum Format: String, CaseIterable, Sendable {
    /// A table with a header, for spreadsheets.
    case csv
    /// A JSON object per line.
    case jsonl

    /// The format a file's name asks for; nil if it asks for none.
    package init?(fileName: String) {
      guard let ending = fileName.split(separator: ".").last else { return nil }
      self.init(rawValue: ending.lowercased())
    }
  }

  static let columns = ["id", "verdict", "note", "time", "author"]

  /// A column that says more of sequences than people did, such as a score; reading passes it over.
  package struct FurtherColumn {
    let name: String
    let values: [String: String]

    /// - Parameter values: what it says, by id.
    package init(name: String, values: [String: String]) {
      self.name = name
      self.values = values
    }
  }

  /// The text of a file, ending in a line feed.
  package static func write(
    _ records: [VerdictRecord], as format: Format, with further: [FurtherColumn] = []
  ) -> String {
    let names = columns + further.map(\.name)
    func row(_ record: VerdictRecord) -> [String] {
      cells(record) + further.map { $0.values[record.id] ?? "" }
    }
    switch format {
    case .csv:
      return records.reduce(into: CSVText.row(names)) {
        $0 += CSVText.row(row($1), numbersStand: !further.isEmpty)
      }
    case .jsonl:
      var text = JSONText()
      for record in records {
        for (place, (name, value)) in zip(names, row(record)).enumerated() {
          text.raw(place == 0 ? "{" : ",")
          text.string(name)
          text.raw(":")
          text.string(value)
        }
        text.raw("}\n")
      }
      return String(decoding: text.bytes, as: UTF8.self)
    }
  }

  /// Reads a file; a record that cannot be understood is left out and reported.
  ///
  /// - Parameter file: The file's name, for messages.
  package static func read(
    _ bytes: [UInt8], as format: Format, file: String
  ) -> VerdictImport {
    var reader = VerdictReader(file: file)
    switch format {
    case .csv: reader.readCSV(bytes)
    case .jsonl: reader.readJSONLines(bytes)
    }
    return reader.result
  }

  private static func cells(_ record: VerdictRecord) -> [String] {
    [
      record.id, record.verdict?.name ?? "", record.note ?? "",
      record.time.map(Timestamp.text) ?? "", record.author ?? "",
    ]
  }
}
