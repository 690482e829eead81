import Basics
import ScoringCore

/// Reads how often tokens occur in a reference corpus.
///
/// Text: a token id and a count per line, a comma, tab or spaces between, with or without a
/// heading.
/// JSON: an object from ids to counts, or a list of counts by id. Either may be gzipped.
enum TokenFrequencyReader {
  private static let remedy =
    "write token_id,count a line, or a JSON object from token ids to counts"

  /// Reads a file.
  ///
  /// - Parameter mayWait: Whether it may be a pipe, because a user named it.
  static func read(
    _ path: String, mayWait: Bool = false
  ) throws(IngestError) -> TokenFrequencies {
    var stream = try ByteStream.open(path, mayWait: mayWait)
    let bytes = try stream.readAll(limit: 1 << 28)
    let first = bytes.first { $0 > 0x20 }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    let entries = isJSON ? try json(bytes, path) : try lines(bytes, path)
    guard !entries.isEmpty else {
      throw IngestError(file: path, "holds no token counts", remedy: remedy)
    }
    guard let frequencies = TokenFrequencies(entries) else {
      throw IngestError(
        file: path, "a token id occurs twice", remedy: "add up the counts of each token id")
    }
    return frequencies
  }

  private static func json(
    _ bytes: [UInt8], _ path: String
  ) throws(IngestError) -> [(id: Int32, count: Double)] {
    do throws(JSONError) {
      var entries: [(id: Int32, count: Double)] = []
      try JSONCursor.parse(bytes) { cursor throws(JSONError) in
        cursor.skipSpace()
        if cursor.byte == UInt8(ascii: "[") {
          try cursor.list { cursor throws(JSONError) in
            guard entries.count < Int(Int32.max) else { throw JSONError(problem: "too long") }
            entries.append((Int32(entries.count), try count(cursor.double("a count"))))
          }
        } else {
          try cursor.object { cursor, raw throws(JSONError) in
            let key = try raw.decoded()
            guard let id = Int32(key), id >= 0 else {
              throw JSONError(problem: "\"\(key)\" is no token id")
            }
            entries.append((id, try count(cursor.double("a count"))))
          }
        }
        try cursor.finish()
      }
      return entries
    } catch {
      throw IngestError(file: path, error.problem, remedy: remedy)
    }
  }

  private static func count(_ value: Double) throws(JSONError) -> Double {
    guard value >= 0, value.isFinite else {
      throw JSONError(problem: "\(value) is no count")
    }
    return value
  }

  private static func lines(
    _ bytes: [UInt8], _ path: String
  ) throws(IngestError) -> [(id: Int32, count: Double)] {
    var entries: [(id: Int32, count: Double)] = []
    var isFirst = true
    let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, row) in rows.enumerated() {
      let words = row.split { $0 == UInt8(ascii: ",") || $0 <= 0x20 }
      guard !words.isEmpty else { continue }
      defer { isFirst = false }
      let texts = words.map { String(decoding: $0, as: UTF8.self) }
      if texts.count == 2, let id = Int32(texts[0]), id >= 0, let count = Double(texts[1]),
        count >= 0, count.isFinite
      {
        entries.append((id, count))
      } else if !(isFirst && Int32(texts[0]) == nil) {
        throw IngestError(
          file: path, at: .line(number + 1), "is no token id and count", remedy: remedy)
      }
    }
    return entries
  }
}
