import Basics
import ScoringCore
import Testing

@testable import Dashboard

/// The guided tour, stop by stop.
@Suite struct DemoTests {
  @Test func captionsTellOfTheScreensTheyStandOn() throws {
    var story = try Story()
    var screens: [ScreenID] = []
    var captions: [String] = []
    for step in DemoScript.steps() {
      for key in step.keys { story.press(key) }
      screens.append(story.state.screen)
      captions.append(step.caption(story.state))
      let isFilled = captions.last.map { !$0.isEmpty && !$0.contains("nan") }
      #expect(isFilled == true, "\(step.keys)")
    }
    #expect(
      screens == [
        .runs, .runs, .sequences, .tokens, .tokens, .leaks, .compare, .trends, .roc, .runs,
      ])
    let length = DemoScript.steps().reduce(0) { $0 + $1.seconds }
    #expect((60...90).contains(length))
    #expect(captions[0].hasPrefix("2 runs over the same texts."))
    #expect(captions[0].contains("full-e3 gives away") && captions[0].contains("; lora-e3 gives"))
    let row = try #require(story.state.row)
    let zones = try #require(story.state.analysis?.scores.columns.first { $0.zones != nil }?.zones)
    #expect(captions[3].contains("together \(NumberFormat.fixed(zones.up[row], 1)) nats"))
    let area = try #require(story.state.currentAttack?.evaluation.auc?.auc)
    #expect(captions[8].contains("AUC \(NumberFormat.fixed(area, 3)) "))
    #expect(captions[7].contains("Equal epochs (3)"))
    #expect(captions[9].contains("ezscope gate FILE"))
  }

  @Test func runsNearChanceAreNamedWithTheirReason() throws {
    func caption(_ runs: [(String, FineTuningMethod, Double)]) throws -> String {
      let (experiment, analyses) = Sample.scored(
        runs.map { name, method, loss in
          var run = Sample.run(name, method)
          run.validationLoss = loss
          let lift = name == "full-e3" ? 3 : -0.6
          return (run, Sample.ladder(members: 350, nonMembers: 120, lift: lift))
        })
      let story = try Story(experiment: experiment, analyses: analyses)
      return DemoScript.steps()[1].caption(story.state)
    }
    #expect(
      try caption([("full-e3", .full, 1.2)]) == "Every run here leaks: no AUC is near one half.")
    let learnedLittle = try caption([
      ("full-e3", .full, 1.2), ("prompt-e8", .prompt, 1.31), ("prefix-e8", .prefix, 1.1),
    ])
    #expect(learnedLittle.contains("hardly better than the base's: prompt-e8 (1.310, base 1.320)."))
    #expect(!learnedLittle.contains("prefix-e8"))
    let one = try caption([("full-e3", .full, 1.2), ("control", .control, 1)])
    #expect(one.hasSuffix("control never saw these texts: its AUC must be near one half, and is."))
    let four = try caption(["a", "b", "c", "d"].map { ($0, .control, 1) })
    #expect(four.contains("a, b and 2 more never saw these texts: their AUC"))
  }

  @Test func aPauseHoldsTheClock() {
    var player = DemoPlayer()
    guard case .press = player.advance(by: 0.1) else {
      Issue.record("the first stop comes at once")
      return
    }
    let lasts = player.seconds
    #expect(player.place.current == 1 && lasts > 1)
    player.togglePause()
    _ = player.advance(by: 2 * lasts)
    #expect(player.place.current == 1 && player.isPaused)
    player.togglePause()
    _ = player.advance(by: lasts)
    #expect(player.place.current == 2)
    for _ in player.place.current..<player.place.count { _ = player.advance(by: 100) }
    guard case .finished = player.advance(by: 100) else {
      Issue.record("the tour does not end")
      return
    }
  }
}
