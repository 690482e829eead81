import Foundation
import Testing

/// Rules of `CONTRIBUTING.md` that can be read off the sources.
@Suite struct RuleTests {
  @Test func filesAndFunctionsStaySmall() throws {
    for file in House.swiftFiles("Sources") + House.swiftFiles("Tests") {
      let lines = try House.lines(file)
      #expect(lines.count <= 440, "\(file) has \(lines.count) lines")
      for (name, length) in functions(of: lines) where length > 72 {
        Issue.record("\(file): \(name) has \(length) lines")
      }
    }
  }

  /// The first lines of functions with how many lines they have, closing brace included.
  private func functions(of lines: [Substring]) -> [(name: String, length: Int)] {
    let start = #/^( *)(?:@\S+ )*(?:[a-z()]+ )*(?:func|init\b)/#
    return lines.indices.compactMap { index in
      guard let indent = lines[index].firstMatch(of: start)?.1, !lines[index].hasSuffix("}"),
        let end = lines[index...].dropFirst().firstIndex(where: {
          $0.hasPrefix(indent) && !$0.dropFirst(indent.count).hasPrefix(" ")
            && !$0.dropFirst(indent.count).hasPrefix(")") && $0.count > indent.count
        }), lines[end] == indent + "}"
      else { return nil }
      return (String(lines[index].drop { $0 == " " }), end - index + 1)
    }
  }

  /// A name that two modules give to two things tells a reader nothing.
  @Test func everyTypeHasANameOfItsOwn() throws {
    let declaration =
      #/^(?:(?:package|public|final|indirect) )*(?:struct|enum|class|protocol) (\w+)/#
    var files: [String: String] = [:]
    for file in House.swiftFiles("Sources") {
      for line in try House.lines(file) {
        guard let name = line.firstMatch(of: declaration)?.1 else { continue }
        let other = files.updateValue(file, forKey: String(name))
        #expect(other == nil, "\(name) is in \(other ?? "") and in \(file)")
      }
    }
  }

  /// What is thrown is an error by name; `MissingEvidence` is a finding as well.
  @Test func whatIsThrownIsCalledAnError() throws {
    let declaration = #/^(?:[a-z]+ )*(?:struct|enum|class) (\w+): (?:\w+, )*Error\b/#
    for file in House.swiftFiles("Sources") {
      for line in try House.lines(file) {
        guard let name = line.firstMatch(of: declaration)?.1 else { continue }
        #expect(name.hasSuffix("Error") || name == "MissingEvidence", "\(file): \(name)")
      }
    }
  }

  @Test func everyPublicSymbolIsExplained() throws {
    for file in House.swiftFiles("Sources/ScoringCore") {
      let lines = try House.lines(file)
      for (index, line) in lines.enumerated() where line.contains(#/^ *public /#) {
        let above = lines[..<index].last { !$0.contains(#/^ *@/#) }
        let isExplained = above?.contains(#/^ *\/\/\//#) ?? false
        #expect(isExplained, "\(file):\(index + 1): \(line)")
      }
    }
  }

  /// One place for each of these; the others use it.
  @Test(arguments: [
    ("concurrentPerform", "Sources/Basics/Parallel.swift"),
    ("\"XDG_", "Sources/Basics/UserFolders.swift"),
  ])
  func oneRoomDoesIt(_ word: String, _ room: String) throws {
    for file in House.swiftFiles("Sources") where file != room {
      let isUsed = try House.lines(file).contains {
        $0.contains(word) && !$0.contains(#/^ *\/\//#)
      }
      #expect(!isUsed, "\(file): \(word) belongs into \(room)")
    }
  }

  @Test func whatTheFloorPlanNamesIsThere() throws {
    let page = ".github/ARCHITECTURE.md"
    let paths = try House.text(page).matches(of: #/`((?:Sources|Tests|SampleData)\/[^`<\s]*)`/#)
    #expect(!paths.isEmpty)
    for path in paths {
      let isThere = FileManager.default.fileExists(
        atPath: House.root.appendingPathComponent(String(path.1)).path)
      #expect(isThere, "\(page) names \(path.1)")
    }
  }

  /// Whoever reads `SECURITY.md` alone knows every bound, and it is the one the documentation states.
  @Test func boundsAreStatedAlike() throws {
    let pages = [
      ".github/SECURITY.md", "Sources/ScoringCore/ScoringCore.docc/evidence-files.md",
    ]
    let tables = try pages.map { page in
      let lines = try House.lines(page)
      let heading = try #require(lines.firstIndex(of: "## Bounds"), "\(page) has no bounds")
      return lines[heading...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    }
    #expect(tables[0].count > 5 && Array(tables[0]) == Array(tables[1]))
  }

  /// `bits per token`, not `bits a token`.
  @Test func ratesAreSaidWithPer() throws {
    let rate = #/\b(?:bits|nats|bytes) a (?:token|row|sequence|record|character)\b/#
    for file in House.swiftFiles("Sources") {
      for line in try House.lines(file) { #expect(!line.contains(rate), "\(file): \(line)") }
    }
  }
}
