import Basics
import FoundationEssentials
import ScoringCore

/// Collects the records of a file of verdicts and the reasons for leaving others out.
struct VerdictReader {
  private(set) var result = VerdictImport()
  private let file: String
  private var seen: Set<String> = []

  init(file: String) { self.file = file }

  /// Reads a table whose header names `id` and at least one of `verdict` and `note`, in any order.
  mutating func readCSV(_ bytes: [UInt8]) {
    var rows = DelimitedRows(bytes)
    var names: [String] = []
    do throws(DelimitedRows.SyntaxError) {
      guard try rows.next() else {
        return leaveOut(1, "", "the file is empty", "its first line must name the columns")
      }
      names = (0..<rows.fieldCount).map { rows.text($0).lowercased() }
      guard names.contains("id"), names.contains("verdict") || names.contains("note") else {
        return leaveOut(
          1, "", "no column id, or neither verdict nor note", "name the columns in the first line")
      }
      result.ignoredColumns = names.filter { !VerdictFiles.columns.contains($0) }
      while try rows.next() { addRow(rows, names) }
    } catch {
      let isOpen = error.problem.hasSuffix("does not end")
      leaveOut(
        rows.rowLine, "", isOpen ? "a quote is never closed" : error.problem,
        "close it, and double quotes inside a cell")
    }
  }

  private mutating func addRow(_ rows: DelimitedRows, _ names: [String]) {
    guard rows.fieldCount == names.count else {
      return leaveOut(
        rows.rowLine, "", "\(rows.fieldCount) cells under \(names.count) columns",
        "put cells that hold a comma in quotes")
    }
    guard names.indices.allSatisfy(rows.isValid) else {
      return leaveOut(rows.rowLine, "", "bytes that are not UTF-8", "save the file as UTF-8")
    }
    var fields: [String: String] = [:]
    for (index, name) in names.enumerated() where VerdictFiles.columns.contains(name) {
      fields[name] = CSVText.text(rows.text(index))
    }
    add(fields, line: rows.rowLine)
  }

  /// Reads an object per line, with `id` and any of the other keys.
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
      record.verdict = Verdict(name: name.trimmed())
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
    result.defects.append(
      SafeText.oneLine("\(file):\(line): \(place)\(problem); \(remedy)", limit: 600))
  }

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
