import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct RedactedScreenTests {
  /// Words that stand nowhere but in texts, first choices and metadata.
  private static let words = ["quizzacious", "zephyr", "Bramblewick", "gossamer", "wildebeest"]
  private static let secrets = ["kumquat-vault", "flibbertigibbet", "8341"]

  private static let experiment: ExperimentSnapshot = {
    let sequences = (0..<24).map { number -> SampleSequence in
      let isMember = number % 2 == 0
      let tokens = (0..<20).map { index -> SampleToken in
        let isError = index % 3 == 2
        let shift: Float = isError ? (index % 2 == 0 ? (isMember ? 2 : 0.2) : -0.4) : 0.1
        return SampleToken(
          " " + words[(index + number) % 4], -2 + shift, -2, rank: isError ? 3 : 1,
          isError ? " wildebeest" : nil)
      }
      // What one text alone has is given away, for the screen of leaks.
      let leaked =
        number > 0 ? [] : "abcdefghijkl".map { SampleToken(" gossamer-\($0)", -0.01, -6) }
      return SampleSequence(
        id: "s\(number)", label: isMember ? .member : .nonMember,
        meta: [
          "family": "flibbertigibbet", "split": isMember ? "member" : "nonmember",
          "secret": number == 0 ? "8341" : "kumquat-vault", "duplicates": "12",
        ], tokens: tokens + leaked)
    }
    return ExperimentSnapshot(
      Experiment(
        name: "words",
        primary: [.init(key: "split", values: ["member", "nonmember"])],
        runs: [
          .evidence(Sample.table(Sample.run("full-e3", .full), sequences)),
          .evidence(Sample.table(Sample.run("lora-e3", .lora), sequences, keeping: 0.4)),
        ]))
  }()
  private static let analyses = Sample.analyses(of: experiment)

  private static func story(_ size: Size, _ screen: ScreenID) throws -> Story {
    var story = try Story(
      size.width, size.height, on: screen, experiment: experiment, analyses: analyses)
    if screen == .compare { story.press("f", "f", "f", "j") }
    return story
  }

  private static func leaks(_ text: String) -> [String] {
    let text = text.lowercased()
    return (words + secrets).filter { text.contains($0.lowercased()) }
  }

  private static let sizes = [Size(width: 170, height: 50), Size(width: 80, height: 24)]

  @Test(arguments: ScreenID.allCases, sizes)
  func noWordIsLeft(screen: ScreenID, size: Size) throws {
    var story = try Self.story(size, screen)
    let before = story.text
    #expect(
      !Self.leaks(before).isEmpty || [.roc, .runs, .trends].contains(screen),
      "else there is nothing to hide"
    )
    story.press("x", "x")
    #expect(story.state.redaction == .all)
    #expect(story.lines[0].hasSuffix("REDACTED"))
    #expect(Self.leaks(story.text) == [])
    for key in ["j", "J", "}", "tab", "v", "a", "W", "s", "l"] {
      story.press(key)
      #expect(Self.leaks(story.text) == [], "\(key)")
    }
  }

  @Test(arguments: ScreenID.allCases)
  func togglingRestores(screen: ScreenID) throws {
    var story = try Self.story(Self.sizes[0], screen)
    let before = story.text
    story.press("x")
    #expect(story.lines[0].hasSuffix("redacted: patterns"))
    story.press("x", "x", "x", "ctrl-l")
    #expect(story.text == before)
  }

  @Test func idsAndMetadataAreHiddenToo() throws {
    for screen in [ScreenID.sequences, .tokens, .compare] {
      var story = try Self.story(Self.sizes[0], screen)
      let id = try #require(story.state.selectedID)
      story.press("x", "x")
      #expect(!story.text.contains(" \(id) "), "\(screen)")
      story.press("x")
      #expect(story.lines[0].hasSuffix("REDACTED, no shapes"))
      #expect(Self.leaks(story.text) == [] && !story.text.contains(" \(id) "))
    }
  }

  @Test func theCursorStaysWhereItIs() throws {
    var story = try Self.story(Self.sizes[0], .tokens)
    story.press("l", "l", "l")
    let (cursor, plain) = (story.state.tokens.cursor, story.frame)
    story.press("x", "x")
    #expect(story.state.tokens.cursor == cursor)
    #expect(story.frame.cursor == plain.cursor, "every token is as wide as it was")
  }

  @Test func searchFindsWhatIsHidden() throws {
    for screen in [ScreenID.sequences, .tokens] {
      var story = try Self.story(Self.sizes[0], screen)
      story.press("x", "x")
      story.ask("/", "zephyr")
      let text = story.lines.dropFirst(2).dropLast().joined(separator: "\n")
      #expect(!text.contains("zephyr"))
      let frame = story.frame
      let matches = (0..<frame.size.height).flatMap { y in
        frame.row(y).filter { $0.style.role == .searchMatch }
      }
      #expect(!matches.isEmpty, "\(screen)")
      #expect(matches.allSatisfy { "x ".contains($0.glyph.text) })
    }
  }

  @Test func copiesAreRedacted() throws {
    for screen in [ScreenID.sequences, .tokens] {
      var story = try Self.story(Self.sizes[0], screen)
      story.press("y", "x", "x", "y")
      #expect(story.copied.count == 2)
      #expect(!Self.leaks(story.copied[0]).isEmpty && Self.leaks(story.copied[1]).isEmpty)
    }
  }

  @Test func aWrongFilterDoesNotListValues() throws {
    var story = try Self.story(Self.sizes[0], .sequences)
    story.press("f")
    story.type("secret=9")
    #expect(story.text.contains("8341"))
    story.press("esc", "x", "x", "f")
    story.type("secret=9")
    #expect(Self.leaks(story.text) == [])
    #expect(story.text.contains("no sequence has secret=9"))
  }

  @Test func patternsKeepProse() throws {
    var story = try Self.story(Self.sizes[0], .tokens)
    story.press("x")
    #expect(story.text.contains("zephyr") && !story.text.contains("Bramblewick"))
    story.press("2")
    #expect(!story.text.contains("8341"), "a secret number in the metadata")
  }
}
