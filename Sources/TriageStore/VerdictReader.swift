import Foundation
import ScoringCore

/// Collects the records of a file of verdicts and the reasons for leaving others out.
struct VerdictReader {
  private(set) var result = VerdictImport()
  private let file: String
  private var seen: Set<String> = []

  init(file: String) { self.file = file }

  /// Reads a table whose header names `id` and at least one of `verdict` and `note`, in any order.
  mutating func readCSV(_ bytes: [UInt8]) {
    var rows = CSVRows(bytes)
    guard let header = rows.next() else {
      return leaveOut(1, "", "the file is empty", "its first line must name the columns")
    }
    let names = header.cells.map { Self.text($0)?.lowercased() ?? "" }
    guard names.contains("id"), names.contains("verdict") || names.contains("note") else {
      return leaveOut(
        1, "", "no column id, or neither verdict nor note", "name the columns in the first line")
    }
    result.ignoredColumns = names.filter { !VerdictFiles.columns.contains($0) }
    while let row = rows.next() {
      if row.cells.count == 1, row.cells[0].isEmpty { continue }
      guard !row.isCut else {
        leaveOut(row.line, "", "a quote is never closed", "close it")
        continue
      }
      guard row.cells.count == names.count else {
        leaveOut(
          row.line, "", "\(row.cells.count) cells under \(names.count) columns",
          "put cells that hold a comma in quotes")
        continue
      }
      let texts = row.cells.map(Self.text)
      guard !texts.contains(nil) else {
        leaveOut(row.line, "", "bytes that are not UTF-8", "save the file as UTF-8")
        continue
      }
      var fields: [String: String] = [:]
      for case (let name, let text?) in zip(names, texts)
      where VerdictFiles.columns.contains(name) {
        fields[name] = SafeCell.unguarded(SafeCell.unescape(text))
      }
      add(fields, line: row.line)
    }
  }

  /// Reads an object a line, with `id` and any of the other keys.
  mutating func readJSONLines(_ bytes: [UInt8]) {
    let decoder = JSONDecoder()
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      do {
        add(try decoder.decode(Line.self, from: Data(line)).fields, line: index + 1)
      } catch {
        leaveOut(
          index + 1, "", "not an object of texts",
          "write {\"id\":\"…\",\"verdict\":\"leaked\"} on a line of its own")
      }
    }
  }

  private mutating func add(_ fields: [String: String], line: Int) {
    guard let id = fields["id"], !id.isEmpty else {
      return leaveOut(line, "id", "missing", "give the sequence's id")
    }
    var record = VerdictRecord(id: id, note: fields["note"], author: fields["author"])
    if let name = fields["verdict"] {
      record.verdict = Verdict(name: name.trimmingCharacters(in: .whitespaces))
      guard record.verdict != nil else {
        return leaveOut(line, "verdict", "\(name) is none", "use leaked, benign, unsure or none")
      }
    }
    if let time = fields["time"], !time.isEmpty {
      record.time = Timestamp.seconds(time)
      guard record.time != nil else {
        return leaveOut(line, "time", "\(time) is none", "use 2026-03-01T12:00:00Z or seconds")
      }
    }
    guard seen.insert(id).inserted else {
      return leaveOut(line, "id", "\(id) is in the file already", "keep one of the two")
    }
    result.records.append(record)
  }

  private mutating func leaveOut(_ line: Int, _ field: String, _ problem: String, _ remedy: String)
  {
    let place = field.isEmpty ? "" : field + ": "
    result.defects.append(SafeCell.escape("\(file):\(line): \(place)\(problem); \(remedy)"))
  }

  private static func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

  private struct Line: Decodable {
    var fields: [String: String] = [:]

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      for key in Key.allCases where values.contains(key) {
        if try values.decodeNil(forKey: key) { continue }
        if key == .time, let seconds = try? values.decode(Int64.self, forKey: key) {
          fields[key.rawValue] = String(seconds)
        } else {
          fields[key.rawValue] = try values.decode(String.self, forKey: key)
        }
      }
    }

    enum Key: String, CodingKey, CaseIterable { case id, verdict, note, time, author }
  }
}

/// The rows of a CSV file (RFC 4180), separated by whichever of comma, semicolon and tab its header has most.
struct CSVRows {
  /// A row, the line it begins on, and whether the file ended inside a quote.
  struct Row {
    var line: Int
    var cells: [[UInt8]]
    var isCut: Bool
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private var place = 0
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    let header = bytes.prefix { $0 != 0x0A }
    let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].map { candidate in
      (candidate, header.count { $0 == candidate })
    }
    // The first of equals wins, so a single column is read as with commas.
    separator = counts.reduce(counts[0]) { $1.1 > $0.1 ? $1 : $0 }.0
  }

  mutating func next() -> Row? {
    guard place < bytes.count else { return nil }
    var row = Row(line: line, cells: [[]], isCut: false)
    var isQuoted = false
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == 0x0A { line += 1 }
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          row.cells[row.cells.count - 1].append(byte)
        } else if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
          row.cells[row.cells.count - 1].append(byte)
          place += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\""), row.cells[row.cells.count - 1].isEmpty {
        isQuoted = true
      } else if byte == separator {
        row.cells.append([])
      } else if byte == 0x0A {
        return row
      } else if byte != 0x0D || (place < bytes.count && bytes[place] != 0x0A) {
        row.cells[row.cells.count - 1].append(byte)
      }
    }
    row.isCut = isQuoted
    return row
  }
}
