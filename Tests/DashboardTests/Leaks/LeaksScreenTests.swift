import Analysis
import Basics
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct LeaksScreenTests {
  private static let experiment = Sample.leaks
  private static let analyses = Sample.analyses(of: experiment)

  private func story(_ width: Int = 120, _ height: Int = 40) throws -> Story {
    try Story(width, height, on: .leaks, experiment: Self.experiment, analyses: Self.analyses)
  }

  @Test func listsWhatTheCoreFinds() throws {
    let story = try story()
    let table = try #require(Self.analyses[0].table)
    let found = try #require(try Leaks.find(in: table, isCalibrating: Self.analyses[0].isPrimary))
    #expect(found.spans.count == 2)
    #expect(story.state.leaks.list?.spans == found.spans)
    #expect(story.text.contains("2 spans in 2 of 14 sequences"))
    #expect(story.text.contains("1 (greedy)"))
    #expect(story.text.contains(CostWords.power(found.spans[0].referenceBits)))
    #expect(story.text.contains("first-leak") && !story.text.contains(" plain-"))
  }

  @Test func judgesFiltersSortsAndCopies() throws {
    var story = try story()
    story.press("m l", "j", "m b")
    #expect(story.judgement("first-leak").verdict == .leaked)
    #expect(story.judgement("second-leak").verdict == .benign)
    story.press("u")
    #expect(story.judgement("second-leak") == .none)
    story.ask("f", "verdict=leaked")
    #expect(story.state.leaks.list?.spans.count == 1)
    story.press("f")
    story.type("nonsense=1")
    #expect(story.text.contains("no 'nonsense'"))
    story.press("esc", "F", "o")
    #expect(story.state.selectedID == "second-leak")
    story.press("s", "s", "S", "y")
    #expect(story.copied.last?.contains("base needs 2^") == true)
    story.ask("/", "Badger0")
    #expect(story.state.selectedID == "second-leak")
    story.press("enter")
    #expect(story.state.screen == .tokens)
  }

  @Test func spansAreHiddenWithTheTexts() throws {
    var story = try story(200, 60)
    #expect(story.text.contains("Otter"))
    story.press("x", "x")
    #expect(!story.text.contains("Otter") && !story.text.contains("first-leak"))
  }

  @Test func saysWhatItLacks() throws {
    let (experiment, analyses) = Sample.scored([
      (Sample.run("one", .full), Sample.ladder(members: 9, nonMembers: 9))
    ])
    let story = try Story(100, 30, on: .leaks, experiment: experiment, analyses: analyses)
    #expect(story.text.contains("This run holds scores only"))
    let none = try Story(100, 30, on: .leaks)
    #expect(none.text.contains("No leaked span"))
  }

  @Test(
    arguments: [(40, 12), (60, 20), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1)], [false, true])
  func drawsAtEverySize(size: (Int, Int), isASCII: Bool) throws {
    let glyphs = (isASCII ? GlyphSet.ascii : .unicode)
    var story = try Story(
      size.0, size.1, on: .leaks, experiment: Self.experiment, analyses: Self.analyses,
      glyphs: glyphs)
    for key in ["j", "l", "l", "h", "s", "S", "G", "g"] {
      story.press(key)
      #expect(story.lines.count == size.1)
      #expect(!isASCII || story.text.unicodeScalars.allSatisfy { $0.value < 0x80 })
    }
  }
}
