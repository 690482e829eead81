import Basics
import Testing

@testable import ScoringCore

@Suite struct NearDuplicateTests {
  /// Texts of a large vocabulary, so that two share no span but by copying.
  private static func texts(_ count: Int, words: Int = 80, seed: UInt64) -> [[String]] {
    var numbers = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      (0..<words).map { _ in "w\(Int.random(in: 0..<20_000, using: &numbers))" }
    }
  }

  private static func bytes(_ texts: [[String]]) -> [[UInt8]] {
    texts.map { Array($0.joined(separator: " ").utf8) }
  }

  /// Every how manyth word of the copies is changed, and how similar that leaves them.
  @Test(arguments: [(0, 1.0), (40, 72.0 / 84), (16, 63.0 / 93), (4, 0)] as [(Int, Double)])
  func copiesWithChangedWords(changedEvery: Int, similarity: Double) throws {
    let members = Self.texts(300, seed: 1)
    var others = Self.texts(300, seed: 2)
    for copy in 0..<30 {
      var words = members[10 * copy]
      if changedEvery > 0 {
        for place in stride(from: changedEvery / 2, to: words.count, by: changedEvery) {
          words[place] = "x\(copy)y\(place)"
        }
      }
      others[copy] = words
    }
    let found = NearDuplicates(Self.bytes(members), Self.bytes(others))
    guard similarity > 0 else {
      #expect(found.pairs.isEmpty && !found.areMany)
      #expect(found.finding(.members).outcome == .passed)
      return
    }
    #expect(found.pairs.count == 30 && found.firstMatched == 30 && found.secondMatched == 30)
    #expect(found.pairs.allSatisfy { $0.first == 10 * $0.second })
    // 78 spans; a changed word within changes three, of both texts.
    let mean = found.pairs.map(\.similarity).reduce(0, +) / 30
    #expect(abs(mean - similarity) < 1e-9, "\(mean)")
    let finding = found.finding(.members)
    #expect(finding.isTripped && finding.sentence.hasPrefix("30 of 300 non-members (10%) nearly"))
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func unrelatedTextsAreNoPairs(seed: UInt64) {
    let found = NearDuplicates(
      Self.bytes(Self.texts(400, seed: seed)), Self.bytes(Self.texts(400, seed: seed + 50)))
    #expect(found.pairs.isEmpty && found.firstCount == 400 && found.secondCount == 400)
  }

  /// Agrees with a comparison of every pair with every other.
  @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithComparingAll(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    let members = Self.texts(60, seed: seed + 10)
    // Copies that share anything from nothing to everything with a member.
    let others = (0..<60).map { _ in
      let changed = Double.random(in: 0..<0.2, using: &numbers)
      return (members.randomElement(using: &numbers) ?? []).map { word in
        Double.random(in: 0..<1, using: &numbers) < changed ? "z\(numbers.next())" : word
      }
    }
    func spans(_ words: [String]) -> Set<[String]> {
      Set((0..<words.count - 2).map { Array(words[$0..<$0 + 3]) })
    }
    var expected = 0
    for other in others.map(spans) {
      let best =
        members.map(spans).map { member in
          Double(member.intersection(other).count) / Double(member.union(other).count)
        }.max() ?? 0
      if best >= NearDuplicates.threshold { expected += 1 }
    }
    let found = NearDuplicates(Self.bytes(members), Self.bytes(others))
    #expect(expected > 10 && expected < 60)
    // One pair in seventy at the threshold itself may be missed.
    #expect(
      (found.secondMatched - expected).magnitude <= 1, "\(found.secondMatched) of \(expected)")
  }

  /// What is the same text to a reader, or what is not.
  @Test(
    arguments: [
      ("Pay the invoice now, please!", "pay the INVOICE now please", true),
      ("Hello", "hello!", true), ("one two", "one two", true), ("one two", "two one", false),
      ("", "", false), ("...", "!!!", false),
      ("我们昨天在北京开会讨论了合同", "我们昨天在北京开会讨论了合同.", true),
      ("我们昨天在北京开会讨论了合同", "他们明天去上海参加一个展览会", false),
    ] as [(String, String, Bool)])
  func words(_ first: String, _ second: String, isPair: Bool) {
    let found = NearDuplicates([Array(first.utf8)], [Array(second.utf8)])
    #expect(found.pairs.count == (isPair ? 1 : 0))
    #expect(found.pairs.allSatisfy { $0.similarity == 1 } || !isPair)
  }

  @Test func oneOfManyIsATrifle() {
    let members = Self.bytes(Self.texts(2000, words: 12, seed: 1))
    var others = Self.bytes(Self.texts(2000, words: 12, seed: 2))
    others[7] = members[5]
    let found = NearDuplicates(members, others)
    #expect(found.pairs == [.init(first: 5, second: 7, similarity: 1)])
    #expect(!found.areMany && found.finding(.members).sentence.hasPrefix("Only 1 of 2,000"))
    others[8] = members[5]
    let more = NearDuplicates(members, others)
    #expect(more.areMany && more.firstMatched == 1 && more.secondMatched == 2)
  }

  @Test func usesSomeOfMany() {
    let texts = Self.bytes(Self.texts(100, words: 10, seed: 1))
    let found = NearDuplicates(100, 100, limit: 10) { _, index in texts[index] }
    #expect(found.isPartial && found.finding(.members).sentence.contains("looks at all"))
    #expect(found.firstCount == 10 && found.pairs.map(\.first).sorted() == (0..<10).map { 10 * $0 })
  }

  /// Many texts made alike do not make the work quadratic.
  @Test func manyAlikeTextsEnd() {
    let text = [[UInt8]](repeating: Array("the same few words again and again".utf8), count: 5000)
    let found = NearDuplicates(text, text)
    #expect(found.secondMatched == 5000)
  }
}
