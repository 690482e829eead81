import Basics
import ScoringCore
import Testing

/// Words as token numbers, a letter each.
private func tokens(_ letters: String) -> [Int32] { letters.utf8.map { Int32($0) } }

@Suite struct TokenComparisonTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("saturday", "sunday", 3),
    ("abc", "abc", 0), ("abc", "bc", 1), ("abcdef", "azced", 3), ("intention", "execution", 5),
  ])
  func editDistance(_ a: String, _ b: String, _ expected: Int) {
    #expect(EditDistance.between(tokens(a), tokens(b)) == expected)
    #expect(EditDistance.between(tokens(b), tokens(a)) == expected)
  }

  /// "police killed the gunman" against "police kill the gunman", and the same words in another
  /// order (Lin 2004, section 3.1).
  @Test(arguments: [
    ("pkhg", "pkhg", 4, 1.0), ("pihg", "pkhg", 3, 0.75), ("hgip", "pkhg", 2, 0.5),
    ("", "pk", 0, 0.0), ("pk", "", 0, 0.0), ("pkhgxxxx", "pkhg", 4, 2.0 / 3),
  ])
  func rougeL(_ made: String, _ truth: String, _ common: Int, _ f: Double) {
    let rouge = RougeL(tokens(made), truth: tokens(truth))
    #expect(rouge.common == common && near(rouge.f, f))
  }

  @Test(arguments: [
    ("abcdef", "xbcdy", 3, 0), ("abc", "abd", 2, 2), ("", "abc", 0, 0), ("aaaa", "aa", 2, 2),
    ("abcabcd", "abcd", 4, 3),
  ])
  func commonRuns(_ a: String, _ b: String, _ longest: Int, _ leading: Int) {
    #expect(CommonTokens.longest(tokens(a), tokens(b)) == longest)
    #expect(CommonTokens.longest(tokens(b), tokens(a)) == longest)
    #expect(CommonTokens.leading(tokens(a), tokens(b)) == leading)
  }

  /// Lengths on both sides of a word of 64 positions, against tables filled cell by cell.
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
  func bitParallelStepsAgreeWithTheTable(_ seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    for length in [0, 1, 5, 63, 64, 65, 127, 128, 129, 200] {
      let first = random(length, &numbers)
      let second = random(Int.random(in: 0...200, using: &numbers), &numbers)
      let changed = edited(first, &numbers)
      for other in [second, changed] {
        let table = Table(first, other)
        #expect(EditDistance.between(first, other) == table.distance, "seed \(seed) \(length)")
        #expect(RougeL(first, truth: other).common == table.common, "seed \(seed) \(length)")
        let steps = TokenAlignment(truth: first, made: other).steps
        #expect(steps.count { !$0.agrees } == table.distance)
        #expect(steps.compactMap(\.truth) == Array(first.indices))
        #expect(steps.compactMap(\.made) == Array(other.indices))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5])
  func distanceIsAMetric(_ seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    let (a, b, c) = (random(80, &numbers), random(70, &numbers), random(90, &numbers))
    let (ab, bc, ac) = (
      EditDistance.between(a, b), EditDistance.between(b, c), EditDistance.between(a, c)
    )
    #expect(ac <= ab + bc && ab == EditDistance.between(b, a) && EditDistance.between(a, a) == 0)
    #expect(ab >= 10 && ab <= 80)
  }

  @Test(arguments: [
    ("They pay $33.", ["They", " pay", " $", "33", "."]),
    ("a  b\n\nc ", ["a", " ", " b", "\n\n", "c", " "]),
    ("naïve—x", ["naïve—x"]), ("", []), ("  ", ["  "]),
  ])
  func textIsCutIntoWordsAndMarks(_ text: String, _ expected: [String]) {
    let bytes = Array(text.utf8)
    let pieces = TextTokens.ranges(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(pieces == expected && pieces.joined() == text)
  }

  @Test func textTokensAlwaysMakeUpTheText() {
    var numbers = SplitMix64(seed: 9)
    for _ in 0..<200 {
      let text = (0..<30).map { _ in " \n\tab1_.,é".randomElement(using: &numbers) ?? " " }
      let bytes = Array(String(text).utf8)
      let ranges = TextTokens.ranges(of: bytes)
      #expect(ranges.flatMap { Array(bytes[$0]) } == bytes && !ranges.contains(where: \.isEmpty))
    }
  }

  @Test(arguments: [
    ("abc", "ABC", 1.0), ("abcd", "bcda", 0.5), ("abc", "xyz", 0), ("aaaa", "aaa", 1),
  ])
  func wordingIsACosineOfSpans(_ a: String, _ b: String, _ expected: Double) throws {
    #expect(near(try #require(LexicalSimilarity.cosine(a, b)), expected))
  }

  @Test func shortTextsHaveNoWording() { #expect(LexicalSimilarity.cosine("ab", "abc") == nil) }

  private func random(_ count: Int, _ numbers: inout SplitMix64) -> [Int32] {
    (0..<count).map { _ in Int32.random(in: 0..<6, using: &numbers) }
  }

  /// The same with a few tokens changed, left out or put in.
  private func edited(_ tokens: [Int32], _ numbers: inout SplitMix64) -> [Int32] {
    tokens.flatMap { token -> [Int32] in
      switch Int.random(in: 0..<20, using: &numbers) {
      case 0: []
      case 1: [token, 7]
      case 2: [8]
      default: [token]
      }
    }
  }
}

/// Edit distance and longest common subsequence, cell by cell.
private struct Table {
  var distance = 0
  var common = 0

  init(_ a: [Int32], _ b: [Int32]) {
    var edits = [Array(0...b.count)]
    var shared = [[Int](repeating: 0, count: b.count + 1)]
    for (row, x) in a.enumerated() {
      edits.append([row + 1])
      shared.append([0])
      for (column, y) in b.enumerated() {
        let change = edits[row][column] + (x == y ? 0 : 1)
        edits[row + 1].append(min(change, edits[row][column + 1] + 1, edits[row + 1][column] + 1))
        shared[row + 1].append(
          x == y
            ? shared[row][column] + 1 : max(shared[row][column + 1], shared[row + 1][column]))
      }
    }
    distance = edits[a.count][b.count]
    common = shared[a.count][b.count]
  }
}
