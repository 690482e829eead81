import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct FileTests {
  private func written(_ story: Story) -> FileRequest? {
    story.effects.lazy.compactMap { if case .write(let request) = $0 { request } else { nil } }.last
  }

  @Test func writesTheListUnderANameOffered() throws {
    var story = try Story(120, 40, on: .sequences)
    story.ask("f", "label=member")
    story.press("w")
    #expect(story.state.prompt?.input.text == "ezscope-sequences-full-e3.csv")
    story.press("enter")
    let request = try #require(written(story))
    guard case .list(let list) = request.content else {
      Issue.record("a list was asked for")
      return
    }
    #expect(list.rows.count == 6 && list.rows.allSatisfy { $0.count == list.columns.count })
    #expect(list.rows[0].prefix(4) == ["clear-1", "member", "inf", "forced_no_errors"])
  }

  @Test func redactsWhatItWrites() throws {
    var story = try Story(120, 40, on: .sequences)
    story.press("x", "x", "w", "enter")
    guard case .list(let list) = written(story)?.content else {
      Issue.record("a list was asked for")
      return
    }
    #expect(!list.rows.joined().contains { $0.contains("ticket") || $0.contains("Anna") })
  }

  @Test(arguments: ScreenID.allCases)
  func everyScreenHasAPicture(screen: ScreenID) throws {
    var story = try Story(100, 30, on: screen)
    story.press("w", "ctrl-u")
    story.type("picture.svg")
    story.press("enter")
    guard case .picture(let frame) = written(story)?.content else {
      Issue.record("a picture was asked for")
      return
    }
    #expect(frame.size == story.frame.size)
  }

  @Test func namesWithoutAKnownEndStayToBePutRight() throws {
    var story = try Story(120, 40, on: .roc)
    for name in ["list", "list.csv"] {
      story.press("w", "ctrl-u")
      story.type(name)
      story.press("enter")
      #expect(written(story) == nil && story.state.prompt != nil && story.state.notice != nil)
      story.press("esc")
    }
  }

  /// Read again, what was looked at stays where it is still there.
  @Test func reloadingKeepsThePlace() throws {
    var story = try Story(120, 40, on: .sequences)
    story.press(">", "R")
    #expect(story.effects.contains { if case .reload = $0 { true } else { false } })
    story.send(.opened(Sample.experiment))
    #expect(story.state.run == 1 && story.state.screen == .sequences)
    #expect(story.text.contains("Scoring lora-e3"))
    for (run, analysis) in Sample.analyses.enumerated() {
      story.send(.analysed(run: run, analysis))
    }
    #expect(story.state.currentOrder?.analysis === Sample.analyses[1])
  }
}
