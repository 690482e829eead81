import ScoringCore

/// Turns the `meta` objects of sequences into columns of distinct values.
package enum MetadataReader {
  /// The metadata of a table's sequences; nested values are kept as JSON text, nulls left out.
  ///
  /// Sequences whose `meta` is not a JSON object have no values.
  package static func read(_ table: EvidenceTable) -> Metadata {
    var builder = MetadataBuilder()
    for chunk in table.chunks {
      guard let metas = chunk.columns.metas else {
        builder.skip(chunk.count)
        continue
      }
      for row in 0..<chunk.count {
        let span = metas.utf8(row)
        span.withUnsafeBufferPointer { builder.add($0) }
      }
    }
    guard let scores = table.scores else {
      return builder.metadata.adding(table.run.seen, ids: table.ids)
    }
    builder.skip(scores.count - table.count)
    return builder.metadata.adding(table.run.seen, ids: scores.ids)
  }

  /// What is known of the sequences of a score file: what its run had been trained on, if that is.
  package static func read(_ table: ScoreTable) -> Metadata {
    Metadata(columns: []).adding(table.run.seen, ids: table.ids)
  }
}

/// Columns while they grow.
private struct MetadataBuilder {
  private struct ColumnBuilder {
    var values = TextInterner()
    var codes: [Int32] = []
  }

  private var keys = TextInterner()
  private var columns: [ColumnBuilder] = []
  private var count = 0
  private var padded: [UInt8] = []
  private var value: [UInt8] = []

  /// A sequence without metadata, or several.
  mutating func skip(_ number: Int) { count += number }

  /// A sequence's `meta`.
  mutating func add(_ meta: UnsafeBufferPointer<UInt8>) {
    defer { count += 1 }
    guard !meta.isEmpty else { return }
    padded.removeAll(keepingCapacity: true)
    padded.append(contentsOf: meta)
    padded.append(contentsOf: repeatElement(0, count: JSONCursor.padding + 1))
    // What was read before a syntax error stays; `convert` and `check` report the error.
    try? JSONCursor.parse(padded: padded, count: meta.count) { cursor throws(JSONError) in
      cursor.skipSpace()
      try cursor.object { cursor, key throws(JSONError) in
        if cursor.consume("null") { return }
        value.removeAll(keepingCapacity: true)
        if cursor.byte == UInt8(ascii: "\"") {
          try cursor.string(into: &value)
        } else {
          try cursor.rawValue(into: &value)
        }
        try set(key)
      }
    }
  }

  private mutating func set(_ key: JSONCursor.RawString) throws(JSONError) {
    let place: Int
    if key.isEscaped {
      place = Array(try key.decoded().utf8).withUnsafeBufferPointer { keys.insert($0).index }
    } else {
      place = keys.insert(key.bytes).index
    }
    if place == columns.count { columns.append(ColumnBuilder()) }
    let code = value.withUnsafeBufferPointer { columns[place].values.insert($0).index }
    let missing = count - columns[place].codes.count
    guard missing >= 0 else { return }
    if missing > 0 {
      columns[place].codes.append(contentsOf: repeatElement(-1, count: missing))
    }
    columns[place].codes.append(Int32(truncatingIfNeeded: code))
  }

  var metadata: Metadata {
    Metadata(
      columns: columns.enumerated().map { place, column in
        Metadata.Column(
          key: String(decoding: keys.texts[place], as: UTF8.self),
          values: (0..<column.values.count).map {
            String(decoding: column.values.texts[$0], as: UTF8.self)
          },
          codes: column.codes + repeatElement(-1, count: count - column.codes.count))
      })
  }
}
