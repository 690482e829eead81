import Analysis
import ScoringCore
import TerminalUI
import TestSupport
import Testing

@testable import Dashboard

@Suite struct HostileTextTests {
  private static let bytes: [[UInt8]] = [
    Array("\u{1B}[31mred".utf8), Array("\u{202E}evil".utf8), [0xC2, 0x9B, 0x41], [0xE6],
    [0xE6, 0x97], [0xFF, 0x41, 0xFE], Array(String(repeating: "x", count: 10_000).utf8), [],
    Array("日本語".utf8), Array("\u{7}\r\n\t\u{0}".utf8), Array("e\u{301}\u{301}".utf8),
  ]

  private func story(_ width: Int, _ height: Int, on screen: ScreenID) throws -> Story {
    let sequence = SampleSequence(
      id: "hostile\u{1B}]0;x\u{7}", label: .member, meta: ["family": "a\u{202E}b"],
      tokens: Self.bytes.map { SampleToken(bytes: $0, -2, -3, rank: 2, "\u{9B}5m") })
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "h\u{1B}",
        runs: [.evidence(Sample.table(Sample.run("full\u{1B}", .full), [sequence]))]))
    return try Story(
      width, height, on: screen, experiment: experiment,
      analyses: Sample.analyses(of: experiment))
  }

  private func isSafe(_ frame: Frame) -> Bool {
    frame.cells.allSatisfy { cell in
      cell.glyph.text.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
          && !(0x202A...0x202E).contains($0.value)
      }
    }
  }

  @Test(arguments: [ScreenID.sequences, .tokens], [(120, 40), (80, 24), (40, 12)])
  func showsEscapesNotControls(screen: ScreenID, size: (Int, Int)) throws {
    var story = try story(size.0, size.1, on: screen)
    #expect(isSafe(story.frame))
    for key in ["l", "l", "j", "v", "a", "W", "G", "g", "v", "v", "v"] {
      story.press(key)
      #expect(isSafe(story.frame))
    }
    story.press("y")
    #expect(story.copied.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\u{202E}") })
  }

  @Test func invalidBytesAreNamed() throws {
    let story = try story(120, 40, on: .tokens)
    let text = story.text
    for piece in ["<0xE6>", "<0xFF>A<0xFE>", "⟨1B⟩[31mred", "⟨202E⟩evil"] {
      #expect(text.contains(piece), "\(piece)")
    }
  }

  @Test(
    arguments: [
      ([0xE6], "<0xE6>"), ([0x41, 0xE6, 0x97, 0x42], "A<0xE6><0x97>B"), ([], ""),
      ([0xE6, 0x97, 0xA5], "日"), ([0x0A, 0xFF], "\n<0xFF>"),
      ([0xF0, 0x9F, 0x98], "<0xF0><0x9F><0x98>"),
    ] as [([UInt8], String)])
  func tokenBytes(bytes: [UInt8], text: String) {
    #expect(TokenBytes.text(bytes) == text)
  }
}

@Suite struct TinySizeTests {
  @Test(arguments: [
    (40, 12), (41, 13), (60, 12), (79, 18), (80, 24), (100, 20), (112, 18), (39, 12), (40, 11),
    (12, 3), (1, 1), (0, 0), (300, 100),
  ])
  func everySizeIsDrawn(width: Int, height: Int) throws {
    for glyphs in [GlyphSet.unicode, GlyphSet.ascii] {
      var story = try Story(width, height, on: .sequences, glyphs: glyphs)
      story.press("j", "/", "a", "enter", "f", "l", "esc", "G", "enter", "]", "}", "j", "v")
      let frame = story.frame
      #expect(frame.size == Size(width: width, height: height))
      story.resize(120, 40)
      #expect(story.state.screen == .tokens)
      if glyphs.isASCII {
        #expect(story.text.unicodeScalars.allSatisfy { $0.value < 0x7F })
      }
    }
  }

  @Test func aHundredThousandTokensStaySmooth() throws {
    let tokens = (0..<100_000).map { index in
      SampleToken(" w\(index % 997)", -1 - Float(index % 7), -2, rank: Int32(index % 3 + 1), " no")
    }
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "long",
        runs: [
          .evidence(
            Sample.table(
              Sample.run("full", .full),
              [SampleSequence(id: "long", label: .member, tokens: tokens)]))
        ]))
    var story = try Story(
      120, 40, on: .tokens, experiment: experiment, analyses: Sample.analyses(of: experiment))
    let sheet = story.state.tokens.text
    let time = processorTime {
      for _ in 0..<20 {
        story.press("j", "l", "}", "pagedown")
        _ = story.frame
      }
    }
    #expect(story.state.tokens.text === sheet, "nothing is laid out anew")
    #expect(time < .seconds(2), "80 keys and 20 frames took \(time)")
    story.press("G")
    #expect(story.state.tokens.cursor == 99_999)
  }
}
