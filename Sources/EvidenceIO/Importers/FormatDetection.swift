import Basics

/// A file's format, and what turns its JSON values into one per line where they are not.
struct DetectedFormat {
  let format: FileFormat
  var converter: JSONLineConverter?
}

/// Tells formats apart by their first bytes.
enum FormatDetection {
  /// How many bytes `detect` wants to see.
  static let prefix = 1 << 16

  /// What supported inputs there are, for messages.
  private static let supply =
    "supply evidence as JSONL (id, target.logprobs, ...) or safetensors, a model server's answers "
    + "with prompt log-probs, or scores as CSV or JSONL"

  /// The format of a file, from its first (decompressed) bytes; `columns` are those a user named.
  static func detect(
    _ bytes: [UInt8], path: String, columns: ColumnMapping = ColumnMapping()
  ) throws(IngestError) -> DetectedFormat {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let start = text.firstIndex(where: { $0 > 0x20 }) else {
      throw IngestError(file: path, "is empty", remedy: supply)
    }
    if isNpz(bytes) { return DetectedFormat(format: .npz) }
    if let foreign = ForeignFile.recognise(bytes, path: path) { throw foreign.error(path) }
    if isSafetensors(bytes) { return DetectedFormat(format: .safetensors) }
    if path.hasSuffix(".toml") { return DetectedFormat(format: .manifest) }
    switch text[start] {
    case UInt8(ascii: "{"): return try object(Array(text[start...]), path, columns)
    case UInt8(ascii: "[") where !path.hasSuffix(".csv"):
      return try list(Array(text[start...]), path, columns)
    default: break
    }
    if looksLikeTable(text, path) { return DetectedFormat(format: .scoresCSV) }
    if path.hasSuffix(".jsonl") || path.hasSuffix(".jsonl.gz") {
      return DetectedFormat(format: .evidenceJSONL)
    }
    throw IngestError(file: path, "is of no format known here", remedy: supply)
  }

  private static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
      && bytes[0] != UInt8(ascii: "{") && bytes[5..<8].allSatisfy { $0 == 0 }
  }

  /// Whether this is a zip archive whose first member is an array.
  private static func isNpz(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: Array("PK\u{3}\u{4}".utf8)), bytes.count > 30 else { return false }
    let length = Int(bytes[26]) | Int(bytes[27]) << 8
    guard bytes.count >= 30 + length else { return false }
    return bytes[30..<30 + length].suffix(4).elementsEqual(Array(".npy".utf8))
  }

  /// What turns JSON values on several lines into one per line, if the first bytes need it.
  static func converter(_ text: [UInt8]) -> JSONLineConverter? {
    guard let start = text.firstIndex(where: { $0 > 0x20 }) else { return nil }
    if text[start] == UInt8(ascii: "[") { return JSONLineConverter() }
    guard text[start] == UInt8(ascii: "{"), let end = text[start...].firstIndex(of: 0x0A) else {
      return nil
    }
    let isWhole: Void? = try? JSONCursor.parse(text[start..<end]) { cursor throws(JSONError) in
      try cursor.skipValue()
    }
    let isOpen = text[start..<end].last { $0 > 0x20 } != UInt8(ascii: "}")
    return isWhole == nil && isOpen ? JSONLineConverter() : nil
  }

  /// Tells evidence, scores, documents and the answers of servers apart by an object's keys.
  private static func object(
    _ text: [UInt8], _ path: String, _ columns: ColumnMapping
  ) throws(IngestError) -> DetectedFormat {
    let keys = ObjectKeys.first(in: text)
    if let format = try answersByID(keys, text, path) {
      return DetectedFormat(format: format, converter: JSONLineConverter(isKeyed: true))
    }
    if let format = try keys.record(path, columns) {
      return DetectedFormat(format: format, converter: converter(text))
    }
    if keys.isDocument { return DetectedFormat(format: .results) }
    // An object of records by id: what the first of them is tells what all are.
    if keys.isKeyed, let inner = keys.firstInner {
      let record = ObjectKeys.first(in: inner)
      if let format = try record.record(path, columns) {
        return DetectedFormat(format: format, converter: JSONLineConverter(isKeyed: true))
      }
      if record.hasNumbers {
        return DetectedFormat(format: .scoresJSONL, converter: JSONLineConverter(isKeyed: true))
      }
    }
    return DetectedFormat(format: keys.other, converter: converter(text))
  }

  /// The format of answers that lie in one object by id; nil if the object is no such.
  private static func answersByID(
    _ keys: ObjectKeys, _ text: [UInt8], _ path: String
  ) throws(IngestError) -> FileFormat? {
    guard keys.isKeyedByID, let inner = keys.firstInner, !isOfLines(text) else { return nil }
    // One key and no more to be seen may as well be a record's, in a file of a record per line.
    guard keys.top.count > 1 || !path.contains(".jsonl") else { return nil }
    guard let format = try ObjectKeys.first(in: inner).record(path), format.isDump else {
      return nil
    }
    return format
  }

  /// Whether the first line holds a whole value, and others follow.
  private static func isOfLines(_ text: [UInt8]) -> Bool {
    guard let end = text.firstIndex(of: 0x0A), text[end...].contains(where: { $0 > 0x20 }) else {
      return false
    }
    let isWhole: Void? = try? JSONCursor.parse(text[..<end]) { cursor throws(JSONError) in
      try cursor.skipValue()
    }
    return isWhole != nil
  }

  private static func list(
    _ text: [UInt8], _ path: String, _ columns: ColumnMapping
  ) throws(IngestError) -> DetectedFormat {
    let start = text.drop { $0 == UInt8(ascii: "[") || $0 <= 0x20 }
    guard start.first == UInt8(ascii: "{") else {
      throw IngestError(
        file: path, "is a JSON list without objects",
        remedy: "write one object a sequence, with its id and what the models or the attack said")
    }
    let keys = ObjectKeys.first(in: Array(start))
    let format = try keys.record(path, columns) ?? keys.other
    return DetectedFormat(format: format, converter: JSONLineConverter())
  }

  private static func looksLikeTable(_ text: [UInt8], _ path: String) -> Bool {
    let end: UInt8 = text.contains(0x0A) ? 0x0A : 0x0D
    var line = text.prefix { $0 != end }
    if line.starts(with: Array("sep=".utf8)) {
      line = text[line.endIndex...].drop { $0 == end || $0 == 0x0D }.prefix { $0 != end }
    }
    let delimiter = DelimitedRows.delimiter(of: line)
    guard line.contains(delimiter), !line.contains(0) else { return false }
    let lower = path.lowercased()
    let isNamed = [".csv", ".csv.gz", ".tsv", ".tsv.gz"].contains { lower.hasSuffix($0) }
    let header = String(decoding: line, as: UTF8.self)
      .split(separator: Character(Unicode.Scalar(delimiter)), omittingEmptySubsequences: false)
      .map { $0.trimmed(of: "\" \r\t") }
    return isNamed || ColumnNames.place(of: .label, in: header) != nil
      || header.contains { ColumnNames.canonical($0) == "id" }
  }
}
