import ScoringCore
import Testing

@testable import EvidenceIO

/// The page on files people have tells the names, spellings and values that the code takes.
@Suite struct ColumnNamesTests {
  private func cells(_ first: String) throws -> [String: [String]] {
    let article = try #require(Catalogue.article("files-you-have"))
    for case .table(let rows) in article.section("Names of columns") where rows.first?[0] == first {
      return Dictionary(
        uniqueKeysWithValues: rows.dropFirst().map { row in
          (row[0], row[1].split(separator: " ").map(String.init))
        })
    }
    return [:]
  }

  @Test func namesAreThoseOfThePage() throws {
    let page = try cells("role")
    #expect(Set(page.keys) == Set(ColumnNames.names.keys.map(\.rawValue)))
    for (role, names) in ColumnNames.names {
      #expect(page[role.rawValue] == names.filter { !$0.isEmpty }, "\(role)")
    }
  }

  @Test func labelsAreThoseOfThePage() throws {
    let page = try cells("label")
    for (label, spellings) in ColumnNames.labels {
      #expect(
        page[label.name]?.joined(separator: " ") == spellings.joined(separator: " "), "\(label)")
    }
  }

  @Test func undefinedValuesAreThoseOfThePage() throws {
    let text = try #require(Catalogue.article("files-you-have")).text
    for word in ColumnNames.undefined where !word.isEmpty { #expect(text.contains("`\(word)`")) }
  }
}
