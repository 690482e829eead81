import Foundation
import TestSupport
import Testing

/// A table on a page of the documentation that is what the program computes from the sample data.
///
/// With `RECORD_TABLES=1` in the environment a test writes it anew, as after new sample data.
enum RecordedTable {
  /// Compares a table with the page, from its header on, or writes it there.
  static func check(
    _ page: String, header: String, rows: [String], suite: String
  ) throws {
    let path = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../Sources/ScoringCore/ScoringCore.docc/\(page)")
      .standardized.path
    let table = header + rows.map { $0 + "\n" }.joined() + "\n"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(text.range(of: header)).lowerBound
    let end = try #require(text.range(of: "\n\n", range: start..<text.endIndex)).upperBound
    guard ProcessInfo.processInfo.environment["RECORD_TABLES"] == nil else {
      try (text[..<start] + table + text[end...]).write(
        toFile: path, atomically: true, encoding: .utf8)
      return
    }
    #expect(
      text[start..<end] == table,
      "RECORD_TABLES=1 swift test --filter \(suite) writes it anew:\n\(table)")
  }
}
