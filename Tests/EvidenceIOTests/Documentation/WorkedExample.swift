import ScoringCore
import TestSupport
import Testing

@testable import EvidenceIO

/// A worked example of a page: the data a reader can copy, and the tables that follow.
struct WorkedExample: Sendable, CustomTestStringConvertible {
  /// The page it is on.
  let page: String
  /// What the block of data is: `jsonl` evidence, `csv` scores, or nothing.
  let language: String
  /// The data.
  let data: String
  /// A corpus's token counts that stand above the data.
  var frequencies = ""
  /// The tables up to the next data.
  var tables: [[[String]]] = []

  var testDescription: String { page }

  /// Every worked example of a page.
  static func all(in article: Article) -> [WorkedExample] {
    var examples: [WorkedExample] = []
    var frequencies = ""
    for block in article.section("Worked example") {
      switch block {
      case .code("csv", let text) where text.hasPrefix("token_id,"): frequencies = text
      case .code(let language, let text) where ["jsonl", "csv"].contains(language):
        examples.append(
          WorkedExample(
            page: article.name, language: language, data: text, frequencies: frequencies))
      case .table(let rows):
        if examples.isEmpty {
          examples.append(WorkedExample(page: article.name, language: "", data: ""))
        }
        examples[examples.count - 1].tables.append(rows)
      default: continue
      }
    }
    return examples
  }

  /// Compares every table with what is computed; each difference is one line.
  func differences() throws -> [String] {
    var found: [String] = []
    var figures = try WorkedFigures(self)
    for table in tables {
      guard let header = table.first else { continue }
      if header.first == "id" {
        found += try scoreDifferences(table, figures)
      } else {
        found += figures.differences(table)
      }
    }
    return found
  }

  /// The attacks that the tables have columns of, in order.
  var attacks: [String] {
    tables.compactMap(\.first).filter { $0.first == "id" }.flatMap { $0.dropFirst() }
      .filter { name in !Self.suffixes.contains { name.hasSuffix($0) } }
  }

  private static let suffixes = ["_class", "_up", "_down", "_errors"]

  /// A table of scores: ids in rows, attacks in columns, as `ezscope score` writes them.
  private func scoreDifferences(_ table: [[String]], _ figures: WorkedFigures) throws -> [String] {
    let evidence = try #require(figures.evidence, "a table of scores follows evidence")
    var found: [String] = []
    for (place, name) in table[0].enumerated().dropFirst() {
      let suffix = Self.suffixes.first { name.hasSuffix($0) } ?? ""
      let spelling = String(name.dropLast(suffix.count))
      let attack = try AttackCatalog.attack(spelling)
      if attack.spelling != spelling { found.append("\(spelling) is \(attack.spelling)") }
      let column = try #require(try Scorer([attack], for: evidence).scores(workers: 1)?.first)
      for row in table.dropFirst() {
        guard let index = IDIndex(evidence.ids).row(of: row[0]), place < row.count else {
          found.append("no record has the id \(row[0])")
          continue
        }
        let actual = Self.cell(column, index, suffix)
        if !agrees(row[place], actual) { found.append("\(name) of \(row[0]): \(actual)") }
      }
    }
    return found
  }

  private static func cell(_ column: ScoreColumn, _ index: Int, _ suffix: String) -> String {
    let score = column[index]
    let (zones, value) = (column.zones ?? ZoneColumns(), ScoreNames.value(score))
    return switch suffix {
    case "_class": score.status.name
    case "_up": "\(zones.up[index])"
    case "_down": "\(zones.down[index])"
    case "_errors": "\(zones.errors[index])"
    default: value.map { "\($0)" } ?? score.status.name
    }
  }
}

/// Whether two cells hold the same words and numbers, numbers to six digits.
func agrees(_ expected: String, _ actual: String) -> Bool {
  let (left, right) = (parts(expected), parts(actual))
  guard left.count == right.count, !left.isEmpty else { return false }
  return zip(left, right).allSatisfy { a, b in
    guard let x = Double(a), let y = Double(b) else { return a == b }
    // What is exactly 0 on paper may be a rounding away from it.
    return x == y || abs(x - y) <= max(1e-6 * max(abs(x), abs(y)), 1e-12)
  }
}

private func parts(_ cell: String) -> [String] {
  cell.replacing("−", with: "-").split { " ,[]()".contains($0) }.map(String.init)
}
