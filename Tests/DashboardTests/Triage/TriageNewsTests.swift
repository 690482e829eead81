import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

/// What comes back from the store, in time, late, twice, or from somebody else.
@Suite struct TriageNewsTests {
  private func story() throws -> Story {
    var story = try Story(160, 40, on: .sequences)
    story.send(.verdictsLoaded([], total: 13, place: "/x/ezscope-verdicts.sqlite"))
    return story
  }

  @Test("marks made before the stored ones are read lie on top of those")
  func beforeLoading() throws {
    var story = try Story(160, 40, on: .sequences)
    story.press("m l")
    #expect(!story.text.contains("judged"), "nobody knows yet how many there are")
    story.send(
      .verdictsLoaded(
        [Story.change("clear-1", .benign, note: "theirs"), Story.change("up-1", .unsure)],
        total: 13, place: nil))
    #expect(story.judgement("clear-1") == Judgement(.leaked, note: "theirs"))
    #expect(story.judgement("up-1").verdict == .unsure)
    #expect(story.text.contains("2 of 13 judged · 1 leaked"))
    #expect(story.text.contains("! leaked*…"))
  }

  @Test("acknowledgements late, twice, or of nothing known change nothing else")
  func staleAcknowledgements() throws {
    var story = try story()
    story.press("m l", "k", "m b")
    let steps = story.steps
    story.store(steps[0])
    #expect(story.judgement("clear-1").verdict == .benign, "the newer mark still shows")
    #expect(!story.state.triage.log.isSaved("clear-1"))
    story.store(steps[1])
    #expect(story.state.triage.log.isSaved("clear-1"))
    story.send(.verdictsSaved(step: 1, recorded: [], delivered: []))
    story.send(.verdictsSaved(step: 99, recorded: [], delivered: []))
    #expect(story.judgement("clear-1").verdict == .benign)
    #expect(story.state.triage.log.unsaved.isEmpty)
  }

  @Test("a failure is shown with its remedy, the mark stays pending, and a retry mends it")
  func failures() throws {
    var story = try story()
    story.press("m l")
    story.send(.verdictsFailed("f.sqlite: no room; free some space"))
    #expect(story.text.contains("Verdicts: f.sqlite: no room; free some space"))
    #expect(story.text.contains("! leaked…"))
    story.press("j")
    #expect(!story.text.contains("no room"))
    #expect(story.text.contains("1 not stored"))
    story.send(.verdictsFailed("f.sqlite: no room; free some space"))
    #expect(story.state.notice == nil, "the same trouble is told once")
    story.press("3")
    #expect(story.text.contains("1 not stored"))
    story.press("2", "k")
    story.storeLast()
    #expect(story.state.notice?.text == "All verdicts are stored now")
    #expect(!story.text.contains("not stored") && story.text.contains("! leaked "))
  }

  @Test("another dashboard's verdicts appear; undo leaves them alone")
  func others() throws {
    var story = try story()
    story.press("m l")
    story.storeLast()
    story.send(
      .verdictsChanged([
        TriageChange(
          id: "clear-1", from: Judgement(.leaked), to: Judgement(.benign), by: "ann", at: 2),
        Story.change("up-1", .unsure),
      ]))
    #expect(story.text.contains("+ benign") && story.text.contains("? unsure"))
    #expect(story.text.contains("2 of 13 judged · 0 leaked"))
    story.press("u")
    #expect(story.judgement("clear-1").verdict == .benign)
    #expect(story.state.notice?.text.contains("left alone") == true)
    #expect(story.steps.count == 1)
  }

  @Test("a list of millions is filtered once for a change, not once for a frame")
  func asksOnce() throws {
    var story = try story()
    story.ask("f", "verdict=none")
    story.isPatient = true
    story.press("m l")
    #expect(story.held.count == 1)
    story.press("j", "k")
    #expect(story.held.count == 1)
  }

  @Test("without a selection or a list the keys explain themselves")
  func nothingToJudge() throws {
    var story = try Story(120, 40, on: .sequences, analyses: nil)
    story.press("m l", "m n", "m L", "o", "u")
    #expect(story.steps.isEmpty && story.state.prompt == nil)
    var elsewhere = try Story(120, 40, on: .runs)
    elsewhere.press("m", "l")
    #expect(elsewhere.steps.isEmpty)
  }
}
