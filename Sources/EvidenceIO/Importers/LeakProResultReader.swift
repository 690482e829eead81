import ScoringCore

/// Reads a result of LeakPro: one attack's signals and the true labels, without ids.
enum LeakProResultReader {
  static func read(
    _ stream: consuming ByteStream, options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    var stream = stream
    let path = stream.file
    let bytes = try stream.readAll(limit: 4 << 30)
    var result = Result()
    do throws(JSONError) {
      try JSONCursor.parse(bytes) { cursor throws(JSONError) in
        cursor.skipSpace()
        try result.read(&cursor)
        try cursor.finish()
      }
    } catch {
      throw IngestError(file: path, field: result.field, error.problem, remedy: error.remedy)
    }
    guard !result.signals.isEmpty, result.signals.count == result.labels.count else {
      throw IngestError(
        file: path, field: "signal_values",
        "has \(result.signals.count) values where true_labels has \(result.labels.count)",
        remedy: "results computed from thresholds alone hold no scores; use an attack that keeps "
          + "signal_values")
    }
    var notes = IngestNotes(limit: options.listedDefects)
    notes.warnings.append(
      Warning(file: path, "has no ids: its \(result.signals.count) rows are numbered"))
    let table = ScoreTable(
      run: Run(name: ScoresCSVReader.runName(path)),
      ids: TextColumn((1...result.signals.count).map(String.init)), labels: result.labels,
      columns: [
        ScoreColumn(
          attack: result.name.isEmpty ? "signal" : result.name,
          values: result.signals, statuses: result.signals.map { $0.isNaN ? .nonFinite : .ordinary }
        )
      ])
    return ScoreFile(path: path, tables: [table], notes: notes)
  }

  private struct Result {
    var field = ""
    var name = ""
    var signals: [Double] = []
    var labels: [Label] = []

    mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
      try cursor.object { cursor, raw throws(JSONError) in
        field = try raw.decoded()
        if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
        switch field {
        case "result_name": name = try cursor.text()
        case "signal_values": try numbers(&cursor) { signals.append($0) }
        case "true_labels":
          try numbers(&cursor) { (value) throws(JSONError) in
            guard value == 0 || value == 1 else {
              throw JSONError(problem: "\(value) is neither 0 nor 1", kind: .value)
            }
            labels.append(value == 1 ? .member : .nonMember)
          }
        default: try cursor.skipValue(depth: 1)
        }
      }
    }

    /// Numbers or booleans of a list, or of lists in it.
    private func numbers(
      _ cursor: inout JSONCursor, depth: Int = 0, _ add: (Double) throws(JSONError) -> Void
    ) throws(JSONError) {
      try cursor.list { (cursor) throws(JSONError) in
        switch cursor.byte {
        case UInt8(ascii: "[") where depth < 3: try numbers(&cursor, depth: depth + 1, add)
        case UInt8(ascii: "t") where cursor.consume("true"): try add(1)
        case UInt8(ascii: "f") where cursor.consume("false"): try add(0)
        case UInt8(ascii: "N") where cursor.consume("NaN"): try add(.nan)
        case UInt8(ascii: "I") where cursor.consume("Infinity"): try add(.infinity)
        case UInt8(ascii: "-") where cursor.consume("-Infinity"): try add(-.infinity)
        default: try add(try cursor.double())
        }
      }
    }
  }
}
