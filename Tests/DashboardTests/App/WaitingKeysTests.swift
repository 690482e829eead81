import ScoringCore
import Testing

@testable import Dashboard

/// Keys pressed before a list is there: each of them counts, or it is said that it does not.
@Suite struct WaitingKeysTests {
  private func id(_ story: Story) -> String? { story.state.selectedID }

  private func listed(_ story: Story) -> [String] {
    let order = story.state.currentOrder
    return (order?.rows ?? []).map { order?.analysis.scores.ids[Int($0)] ?? "" }
  }

  private func score(_ story: inout Story) {
    for (run, analysis) in Sample.analyses.enumerated() {
      story.send(.analysed(run: run, analysis))
    }
  }

  @Test func movesWaitForTheListOfARunBeingScored() throws {
    var story = try Story(on: .sequences, analyses: nil)
    story.press("j", "j")
    #expect(story.text.contains("2 keys wait for what is being computed"))
    score(&story)
    #expect(id(story) == listed(story)[2])
    #expect(story.state.notice == nil, "what is done need not be said")
  }

  @Test func keysPressedWhileFilesAreReadCountOnTheScreenThatOpens() throws {
    var story = try Story(experiment: nil)
    story.press("2", "j")
    #expect(story.text.contains("1 key waits for what is being opened"))
    story.press("f")
    #expect(story.state.prompt == nil && story.text.contains("not there yet"))
    story.send(.opened(Sample.experiment))
    score(&story)
    #expect(id(story) == listed(story)[1])
  }

  @Test func movesGoThroughTheOrderThatWasAskedFor() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.press("s", "j", "j")
    #expect(story.state.currentOrder?.query.sort == .score)
    story.answerHeld()
    #expect(story.state.currentOrder?.query.sort == .pValue)
    #expect(id(story) == listed(story)[2])
  }

  @Test func everyPressOfTheSortKeyGoesOn() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.press("s", "s", "s")
    story.answerHeld()
    #expect(story.state.currentOrder?.query.sort == .down)
  }

  @Test func theNextMatchWaitsForTheSearch() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.ask("/", "other")
    story.press("n")
    story.answerHeld()
    let matches = listed(story).filter { $0.contains("other") }
    #expect(id(story) == matches[1])
    #expect(story.text.contains("2 of 4"))
  }

  @Test func movesAndOpeningKeepTheirOrder() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.press(">", "j", "enter")
    #expect(story.state.screen == .sequences)
    story.answerHeld()
    #expect(story.state.screen == .tokens)
    #expect(id(story) == listed(story)[1])
    #expect(story.state.tokens.detail?.id == id(story))
  }

  @Test func movesBeforeTheTextIsOpenedChooseIt() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.press("s", "j", "3")
    story.answerHeld()
    #expect(story.state.screen == .tokens)
    #expect(story.state.tokens.detail?.id == listed(story)[1])
  }

  @Test func nobodyJudgesWhatIsNotOnScreen() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    story.press("s", "m l")
    #expect(story.text.contains("The list is not there yet"))
    story.answerHeld()
    #expect(story.state.triage.log.judgements.isEmpty)
    story.press("m l")
    #expect(story.state.triage.log.judgements.count == 1)
  }

  /// A run's figures are computed in steps; the list on screen stays the same meanwhile.
  @Test func verdictsAndMovesHoldWhileFiguresArrive() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    let first = id(story)
    let again = Sample.analyses(of: Sample.experiment)[0]
    story.send(.analysed(run: 0, again))
    story.press("m l", "j")
    story.answerHeld()
    #expect(story.state.triage.log.judgement(of: try #require(first)).verdict == .leaked)
    #expect(id(story) == listed(story)[2], "the verdict went on by one, the key by another")
  }

  @Test func anotherScreensListIsNotMoved() throws {
    var story = try Story(160, 40, on: .sequences)
    story.isPatient = true
    let first = id(story)
    story.press(">", "j", "1")
    story.answerHeld()
    #expect(id(story) == first)
    #expect(story.state.run == 1)
  }

  @Test func movesWaitForTheSpansOfLeaks() throws {
    var story = try Story(
      160, 40, experiment: Sample.leaks, analyses: Sample.analyses(of: Sample.leaks))
    story.isPatient = true
    story.press("6", "j")
    #expect(story.text.contains("1 key waits"))
    story.answerHeld()
    let list = try #require(story.state.leaks.list)
    try #require(list.spans.count > 1)
    #expect(story.state.leaks.table.selected == 1)
  }

  @Test func aHeldKeyDoesNotPileUp() throws {
    var story = try Story(on: .sequences, analyses: nil)
    for _ in 0..<500 { story.press("j") }
    #expect(story.text.contains("64 keys wait"))
  }
}
