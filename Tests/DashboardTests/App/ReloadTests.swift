import ScoringCore
import Testing

@testable import Dashboard

/// Evidence that changes on disk while it is looked at.
@Suite struct ReloadTests {
  private func reloads(_ story: Story) -> Int {
    story.effects.count { if case .reload = $0 { true } else { false } }
  }

  /// Reads the sample again, as the program would.
  private func readAgain(_ story: inout Story) {
    story.send(.opened(Sample.experiment))
    for (run, analysis) in Sample.analyses(of: Sample.experiment).enumerated() {
      story.send(.analysed(run: run, analysis))
    }
  }

  @Test func aChangeIsToldAndStaysTold() throws {
    var story = try Story(140, 40, on: .sequences)
    story.send(.evidenceChanged)
    #expect(story.text.contains("The evidence has changed on disk; R reads it again"))
    #expect(reloads(story) == 0, "nothing is read behind anybody's back")
    story.press("j")
    #expect(story.lines[0].contains("changed · full-e3"))
    story.press("R")
    #expect(reloads(story) == 1)
    readAgain(&story)
    #expect(!story.lines[0].contains("changed"))
  }

  @Test func readAgainTheSameSequenceIsLookedAt() throws {
    var story = try Story(140, 40, on: .sequences)
    story.ask("f", "label=member|non-member")
    story.press("j", "j", "j")
    let id = try #require(story.state.selectedID)
    readAgain(&story)
    #expect(story.state.selectedID == id)
    #expect(story.state.currentOrder?.query.filter.text == "label=member|non-member")
  }

  @Test func whileWatchingChangesAreReadByThemselves() throws {
    var story = try Story(140, 40, on: .sequences) { $0.isWatching = true }
    story.send(.evidenceChanged)
    #expect(reloads(story) == 1)
    #expect(story.state.notice == nil)
  }

  @Test func whatCannotBeReadAgainStaysOnScreen() throws {
    var story = try Story(140, 40, on: .sequences)
    story.send(.notRead("run.jsonl: is empty; wait until it is written"))
    #expect(story.text.contains("Not read again: run.jsonl: is empty"))
    story.press("j")
    #expect(story.text.contains("ticket-1") && story.lines[0].contains("changed"))
  }
}
