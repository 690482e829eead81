import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct DiscoveryTests {
  /// 60 non-members and 40 suspects, of whom the first 20 score above all non-members.
  private static func story(
    suspects: Int = 40, longer: Bool = false, nonMembers: Int = 60,
    size: Size = Size(width: 150, height: 50)
  ) throws -> Story {
    var sequences = (0..<nonMembers).map {
      Sample.made("n-\($0)", .nonMember, "letter", up: 0.5 + Float($0) * 0.01)
    }
    for number in 0..<suspects {
      var suspect = Sample.made(
        "u-\(number)", .unknown, "letter", up: number < 20 ? 3 + Float(number) * 0.01 : 0.1)
      if longer { suspect.tokens += suspect.tokens }
      sequences.append(suspect)
    }
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "suspects", runs: [.evidence(Sample.table(Sample.run("full", .full), sequences))]))
    return try Story(
      size.width, size.height, on: .sequences, experiment: experiment,
      analyses: Sample.analyses(of: experiment))
  }

  @Test func keyStepsThroughTheRates() throws {
    var story = try Self.story()
    #expect(!story.text.contains("adj. p"))
    for (rate, named) in [("5%", 20), ("10%", 20), ("1%", 0)] {
      story.press("d")
      #expect(
        story.text.contains("named at a false-discovery rate of \(rate): \(named) of 40 suspects"))
      #expect(story.text.contains("adj. p"))
      let cut = story.state.sequences.order?.cut
      #expect(cut == named, "no non-member is above a named suspect here")
    }
    story.press("d")
    #expect(!story.text.contains("adj. p") && !story.text.contains("suspects named"))
  }

  @Test func adjustedValuesAreThoseOfBenjaminiAndHochberg() throws {
    var story = try Self.story()
    story.press("d")
    let discoveries = try #require(story.state.sequences.order?.discoveries)
    // p = 1/61 for each of the first 20 of 40: 1/61 * 40/20.
    #expect(abs(discoveries.adjusted[60] - 2.0 / 61) < 1e-12)
    #expect(discoveries.adjusted[0].isNaN && discoveries.adjusted[99] == 1)
  }

  /// Keys after `d`, and whether the line is still drawn.
  @Test(
    arguments: [
      (["s"], true), (["S"], false), (["s", "S"], false), (["s", "s"], false),
    ] as [([String], Bool)])
  func lineNeedsTheRightOrder(keys: [String], isDrawn: Bool) throws {
    var story = try Self.story()
    story.press("d")
    for key in keys { story.press(key) }
    #expect((story.state.sequences.order?.cut != nil) == isDrawn)
    #expect(story.text.contains("suspects named"), "the count stays in any order")
  }

  @Test func lineNeedsSuspects() throws {
    var story = try Self.story()
    story.press("d")
    story.ask("f", "label=non-member")
    #expect(story.state.sequences.order?.cut == nil)
    story.press("F")
    story.ask("f", "label=unknown")
    #expect(story.state.sequences.order?.cut == 20)
    story.press("G")
    #expect(story.state.row != nil)
  }

  @Test func withheldWhereLengthAloneTells() throws {
    var story = try Self.story(longer: true)
    story.press("d")
    #expect(story.state.sequences.discoveryRate == .off)
    #expect(
      story.lines.last?.contains("suspects and known non-members differ in length") == true)
    #expect(story.text.contains("not named: suspects and known non-members"))
    #expect(!story.text.contains("adj. p"))
  }

  @Test func saysWhatIsMissing() throws {
    var none = try Self.story(suspects: 0)
    none.press("d")
    #expect(none.text.contains("This run has no suspects"))
    var alone = try Self.story(nonMembers: 0)
    alone.press("d")
    #expect(alone.lines.last?.contains("no known non-members") == true)
  }

  /// Another run may have no suspects, or suspects that differ: the rate stays, the line does not.
  @Test func scoresOnlyHaveNoGuards() throws {
    let labels = Array(repeating: Label.nonMember, count: 50) + Array(repeating: .unknown, count: 5)
    let scores = ScoreTable(
      run: Run(name: "scores"), ids: TextColumn(labels.indices.map { "s\($0)" }), labels: labels,
      columns: [
        ScoreColumn(
          attack: "loss", values: labels.indices.map(Double.init),
          statuses: labels.map { _ in .ordinary })
      ])
    let experiment = ExperimentSnapshot(Experiment(name: "scores", runs: [.scores(scores)]))
    var story = try Story(
      120, 40, on: .sequences, experiment: experiment, analyses: Sample.analyses(of: experiment))
    story.press("d")
    #expect(story.text.contains("named at a false-discovery rate of 5%: 5 of 5 suspects"))
  }
}
