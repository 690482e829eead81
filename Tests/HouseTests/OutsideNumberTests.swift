import Foundation
import Testing

/// Numbers from outside are compared before they are computed with, and never converted by what ends
/// the program where they do not fit.
///
/// The compiler finds the conversions: `Basics/SaturatingNumbers.swift` marks those that trap, and
/// `.ci/run` takes a warning for an error. These rules see to it that it looks everywhere, and find
/// what types do not show.
@Suite struct OutsideNumberTests {
  /// Where numbers of files, stores, themes and options come in.
  private static let readers = [
    "EvidenceIO", "TOMLFile", "TriageStore", "TerminalUI", "ezscope",
  ]
  /// What converts without a word on how, or takes a magnitude.
  private static var conversion: Regex<Substring> {
    #/(?:^|[^\w.])(?:U?Int(?:8|16|32|64)?(?:\((?!\w+: )|\.init\b)|abs\()/#
  }

  private static func files(_ modules: [String]) -> [String] {
    modules.flatMap { House.swiftFiles("Sources/" + $0) }
  }

  /// A line without what is only said.
  private static func code(_ line: Substring) -> Substring {
    line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
  }

  /// Marks of another module are seen by files that import it, and by no other.
  @Test func theCompilerLooksWhereverNumbersAreConverted() throws {
    let modules =
      Self.readers.filter { $0 != "TOMLFile" } + [
        "ScoringCore", "Analysis", "Reports", "Dashboard", "NcursesTerminal",
      ]
    let files = Self.files(modules)
    #expect(!files.isEmpty)
    for file in files {
      let lines = try House.lines(file)
      guard !lines.contains("import Basics") else { continue }
      let line = lines.first { Self.code($0).contains(Self.conversion) }
      #expect(line == nil, "\(file) must import Basics: \(line ?? "")")
    }
  }

  @Test(arguments: ["Int", "Int32", "Int64", "UInt8", "UInt32", "UInt64"])
  func conversionsThatTrapAreMarked(_ type: String) throws {
    let marks = try House.text("Sources/Basics/SaturatingNumbers.swift")
    for source in ["Double", "Float"] {
      let mark =
        "@available(*, deprecated, message: \"traps; write \(type)(saturating:)\")\n"
        + "  package init(_ value: \(source))"
      #expect(marks.contains(mark), "\(type) of a \(source)")
    }
  }

  /// Bytes of a file lie where they lie: memory is bound to a type in one place, which asks first.
  @Test func whatLiesInAFileIsLoadedUnaligned() throws {
    let aligned =
      #/bindMemory\(|\.load\((?:as|fromByteOffset)|unsafeLoad\(|(?:withMemoryRebound|assumingMemoryBound)\(to: (?!UInt8\.|CChar\.)/#
    for file in House.swiftFiles("Sources")
    where file != "Sources/ScoringCore/Evidence/ColumnStorage.swift" {
      for line in try House.lines(file) {
        #expect(!Self.code(line).contains(aligned), "\(file): \(line)")
      }
    }
  }

  /// A number somebody else wrote is compared with something before it is added, subtracted,
  /// multiplied, negated, counted to or used as an index.
  @Test func outsideNumbersAreComparedBeforeTheyAreComputedWith() throws {
    var seen = 0
    for file in Self.files(Self.readers) {
      let lines = try House.lines(file)
      for index in lines.indices {
        for (name, rest) in Self.numbers(in: lines[index]) {
          seen += 1
          let place = try Self.firstUnchecked(name, rest, lines[index...])
          #expect(place == nil, "\(file):\((place ?? 0) + 1): \(name) is used unchecked")
        }
      }
    }
    #expect(seen > 15, "the rule no longer knows where numbers come in")
  }

  /// The rule itself: what it finds and what it lets pass.
  @Test(arguments: [
    ("let n = value.int\nreturn n + 1", true), ("let n = value.int\nuse(list[n])", true),
    ("let n = cursor.integer()\nreturn -n", true), ("let n = number(at, 8)\nlet m = 2 * n", true),
    ("let n = value.int\nguard n < 9 else { return }\nreturn n + 1", false),
    ("let n = value.int\nreturn n", false), ("let n = list.count\nreturn n + 1", false),
  ])
  func theRuleFindsWhatItIsFor(_ text: String, _ isFound: Bool) throws {
    let lines = text.split(separator: "\n")
    let place =
      try Self.numbers(in: lines[0]).map {
        try Self.firstUnchecked($0.name, $0.rest, lines[...])
      }.first ?? nil
    #expect((place != nil) == isFound)
  }

  /// Names that a line gives to numbers from outside, each with what follows on the line.
  ///
  /// Words end where they do in code: in prose a dot between letters is no boundary.
  private static func numbers(in line: Substring) -> [(name: Substring, rest: Substring)] {
    guard line.contains("let ") || line.contains("var ") else { return [] }
    let source =
      #/\b(?:let|var) (\w+)(?:: \w+\??)? = [^{]*?(?:\.int\b|\.integers?\b(?!\()|\binteger\((?:\w+)?\)|\bU?Int(?:32|64)?\((?:String\(|rows\.text|text|word|digits|\w+Text)|\bnumber\([^)]*, 8\))/#
      .wordBoundaryKind(.simple)
    return line.matches(of: source).map { ($0.1, line[$0.range.upperBound...]) }
  }

  /// The first line that computes with a name before it was compared with anything; the name is
  /// known as far as its block reaches.
  private static func firstUnchecked(
    _ name: Substring, _ rest: Substring, _ lines: ArraySlice<Substring>
  ) throws -> Int? {
    let check = try Regex(
      #"\b\#(name) (?:[<>]=?|==) |(?:[<>]=?|==) \#(name)\b|contains\((?:Int\()?\#(name)\)|number\(\#(name), "#
    ).wordBoundaryKind(.simple)
    let use = try Regex(
      #"\b\#(name) &?[+*-]=? |[ (\[](?:[+*-] ?)\#(name)\b|\[(?:Int\()?\#(name)\)?\]|\.\.<\#(name)\b"#
    ).wordBoundaryKind(.simple)
    let indent = lines.first.map { $0.prefix { $0 == " " }.count } ?? 0
    for (index, line) in zip(lines.indices, lines) {
      let isEmpty = line.allSatisfy { $0 == " " }
      if !isEmpty, line.prefix(while: { $0 == " " }).count < indent { return nil }
      let part = index == lines.startIndex ? rest : line
      if part.contains(check) { return nil }
      if part.contains(use) { return index }
    }
    return nil
  }
}
