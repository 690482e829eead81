import Analysis
import Basics
import Foundation
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct RunsScreenTests {
  private static func method(_ name: String, _ method: FineTuningMethod?) -> Run {
    var run = Sample.run(name, .full)
    run.method = method
    return run
  }

  private static func experiment() -> (ExperimentSnapshot, [RunAnalysis]) {
    let ladder = Sample.ladder(members: 60, nonMembers: 150)
    return Sample.scored([
      (method("null", .control), ladder), (method("soft", .prompt), ladder),
      (method("whole", .full), ladder), (method("odd", nil), ladder),
      (method("low-rank", .lora), ladder),
    ])
  }

  @Test func groupsRunsByFamilyInOneOrder() throws {
    let (experiment, analyses) = Self.experiment()
    let story = try Story(120, 40, on: .runs, experiment: experiment, analyses: analyses)
    let names = [
      "Parameter-based", "whole", "low-rank", "Prompt-based", "soft", "Controls", "null",
    ]
    let rows = try names.map { name in
      try #require(
        story.lines.indices.dropFirst().first { story.lines[$0].contains(name) })
    }
    #expect(rows == rows.sorted())
    #expect(Set(rows).count == rows.count)
  }

  @Test func familiesFoldIntoALine() throws {
    let (experiment, analyses) = Self.experiment()
    var story = try Story(120, 40, on: .runs, experiment: experiment, analyses: analyses)
    #expect(story.state.experiment?.run(story.state.run).name == "whole")
    story.press("z")
    #expect(story.text.contains("▸ Parameter-based") && story.text.contains("2 runs, AUC 0."))
    // Another run is looked at, as this one is not listed.
    #expect(story.state.experiment?.run(story.state.run).name == "soft")
    #expect(!story.lines.dropFirst(2).prefix(12).contains { $0.contains("low-rank") })
    let isHit = story.click(on: "Prompt-based")
    #expect(isHit && story.state.runs.folded.count == 2)
    let isOpened = story.click(on: "▸ Parameter-based")
    #expect(isOpened && story.state.runs.folded == ["Prompt-based"])
    story.press("Z")
    #expect(story.state.runs.folded.isEmpty && story.text.contains("low-rank"))
    story.press("s", "z")
    #expect(story.state.runs.folded.isEmpty && story.text.contains("Runs fold by family"))
  }

  /// What is on screen is what the core computed, interval and all.
  @Test(arguments: [0, 1]) func showsTheFiguresOfTheCore(run: Int) throws {
    let story = try Story(160, 40, on: .runs)
    let evaluation = Sample.analyses[run].attacks[0].evaluation
    let auc = try #require(evaluation.auc)
    let row = try #require(
      story.lines.dropFirst(2).first { $0.contains(Sample.analyses[run].run.name) })
    #expect(row.contains(" \(NumberFormat.fixed(auc.auc, 3)) "))
    #expect(row.contains(" -0.045 "))
    #expect(row.contains("●"))
  }

  /// Too few non-members is said in words and with a sign, not by colour.
  @Test(arguments: [(60, "✗ too few"), (150, "~"), (1200, "")])
  func marksWhatTheNonMembersCannotResolve(nonMembers: Int, mark: String) throws {
    let ladder = Sample.ladder(members: 40, nonMembers: nonMembers)
    let (experiment, analyses) = Sample.scored([
      (Self.method("one", .full), ladder), (Self.method("two", .lora), ladder),
    ])
    let story = try Story(160, 40, on: .runs, experiment: experiment, analyses: analyses)
    let row = try #require(story.lines.dropFirst().first { $0.contains("one  ") })
    let place = try #require(analyses[0].attacks[0].evaluation.points.first)
    let value = NumberFormat.percent(place.point.tpr)
    // A figure that cannot be resolved is not shown at all.
    #expect(row.contains(value) == (nonMembers >= 100))
    #expect(mark.isEmpty ? !row.contains("✗") : row.contains(mark))
  }

  @Test func movesBetweenRunsOverHeadingsAndOpensSequences() throws {
    let (experiment, analyses) = Self.experiment()
    var story = try Story(120, 40, on: .runs, experiment: experiment, analyses: analyses)
    var seen = [story.state.run]
    story.press("g")
    for _ in 0..<6 {
      seen.append(story.state.run)
      story.press("j")
    }
    #expect(Array(seen.dropFirst().prefix(5)) == [2, 4, 1, 0, 3])
    story.press("g", "enter")
    #expect(story.state.screen == .sequences)
    #expect(story.state.run == 2)
  }

  @Test func clickSelectsAndAgainOpens() throws {
    var story = try Story(120, 40, on: .runs)
    let row = try #require(story.place(of: "lora-e3"))
    story.click(row.x, row.y)
    #expect(story.state.run == 1)
    story.click(row.x, row.y)
    #expect(story.state.screen == .sequences)
  }

  @Test func showsRunsBeforeTheyAreScored() throws {
    var story = try Story(120, 40, on: .runs, analyses: [])
    #expect(story.text.contains("scoring…"))
    #expect(story.text.contains("still being scored"))
    story.send(.analysed(run: 0, Sample.analyses[0]))
    #expect(story.lines.filter { $0.contains("scoring…") }.count == 1)
  }

  /// A run without the current attack shows one it has, and says which.
  @Test func namesTheAttackShownInstead() throws {
    let ladder = Sample.ladder(members: 9, nonMembers: 9)
    let (experiment, analyses) = Sample.scored([(Self.method("one", .full), ladder)])
    let two = Sample.scored([(Self.method("two", .lora), ladder)], attack: "loss")
    let both = ExperimentSnapshot(
      Experiment(name: "", runs: experiment.runs + two.0.runs))
    var story = try Story(120, 40, on: .runs, experiment: both, analyses: analyses + two.1)
    let auc = try #require(two.1[0].attacks[0].evaluation.auc)
    #expect(
      story.lines.contains {
        $0.contains(" two by loss ") && $0.contains(NumberFormat.fixed(auc.auc, 3))
      })
    story.press(">")
    #expect(story.lines[0].hasSuffix("two · loss (no ez)"))
    story.press("2")
    #expect(story.text.contains("by loss: no ez here"))
    for (key, size) in [("4", 120), ("4", 160)] {
      story.resize(size, 40)
      story.press(key)
      #expect(story.text.contains("◆"), "ROC has its cursor")
    }
  }

  @Test func sortsFiltersAndMarks() throws {
    let runs = (1...4).map {
      number -> (run: Run, scores: [(id: String, label: Label, score: Double)]) in
      var run = Self.method("run-\(number)", number % 2 == 0 ? .lora : .full)
      run.epoch = Double(number)
      return (run, Sample.ladder(members: 60, nonMembers: 150, lift: Double(number) * 0.4))
    }
    let (experiment, analyses) = Sample.scored(runs)
    var story = try Story(120, 40, on: .runs, experiment: experiment, analyses: analyses)
    story.press("s")
    #expect(RunList(story.state).runs == [3, 2, 1, 0])
    #expect(story.lines[1].contains("sort AUC"))
    story.press("S")
    #expect(RunList(story.state).runs == [0, 1, 2, 3])
    story.ask("f", "lora epoch>2")
    #expect(RunList(story.state).runs == [3])
    #expect(story.state.run == 3, "the run looked at is one that is listed")
    #expect(story.lines[1].contains("1 of 4 runs"))
    story.press("f")
    story.type("epoc>2")
    #expect(story.lines.last?.contains("did you mean 'epoch'?") == true)
    #expect(RunList(story.state).runs == [3], "while it is wrong, the filter before holds")
    story.press("esc", "F")
    story.press("g", "space", "space")
    #expect(story.state.runs.marked == ["run-1", "run-2"])
    story.ask("f", "nothing-like-it")
    #expect(story.text.contains("No run passes the filter"))
  }

  /// What a method gives away is judged by what it learned.
  @Test func saysHowARunStandsAmongTheOthers() throws {
    let story = try Story(160, 50, on: .runs)
    let figures = Sample.analyses.compactMap { $0.attacks[0].evaluation.auc?.auc }
    #expect(
      story.text.contains(
        "Equal epochs (3): AUC \(NumberFormat.fixed(figures[0], 3)) against lora-e3 "
          + NumberFormat.fixed(figures[1], 3)))
  }

  @Test func warnsOfLeakageThatBoughtNothing() {
    var run = Sample.run("leaky", .full)
    run.validationLoss = 1.34
    let (_, analyses) = Sample.scored([
      (run, Sample.ladder(members: 60, nonMembers: 150, lift: 4))
    ])
    let sentences = RunWarnings.sentences(
      run, analysis: analyses[0], attack: "ez", guards: analyses[0].guards())
    #expect(sentences.contains { $0.contains("validation loss is no better than its reference's") })
    #expect(sentences.contains { $0.contains("what it leaks bought nothing") })
  }

  /// Guards look after the figures are there; what they find is shown when it comes.
  @Test func guardsFollowTheFigures() throws {
    var story = try Story(160, 60, on: .runs)
    #expect(!story.text.contains("Checked, with nothing found"))
    story.send(.guarded(run: 0, Sample.analyses[0].guards()))
    #expect(story.text.contains("not resolvable"))
    #expect(story.text.contains("Checked, with nothing found: "))
    #expect(story.text.contains("Not checked, because "))
    story.send(.guarded(run: 99, []))
  }

  @Test func countsEdgeCasesInsideAndOutsideTheFigures() throws {
    let summary = RunSummary(Sample.analyses[0], attack: "ez")
    let evaluation = Sample.analyses[0].attacks[0].evaluation
    #expect(evaluation.counts.forcedNoErrors == 1)
    #expect(summary.outside?.count == 1)
    let story = try Story(120, 40, on: .runs)
    #expect(story.text.contains("1 forced: no errors"))
  }

  @Test(arguments: [(40, 12), (60, 16), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1)])
  func drawsAtEverySize(width: Int, height: Int) throws {
    var story = try Story(width, height, on: .runs)
    #expect(story.frame.size == Size(width: width, height: height))
    story.press("G", "g", "pagedown", ")", "(")
    #expect(story.lines.count == height)
  }

  @Test func copiesTheRunsFigures() throws {
    var story = try Story(120, 40, on: .runs)
    story.press("y")
    #expect(story.copied.count == 1)
    #expect(story.copied[0].hasPrefix("full-e3  validation loss 1.275  ez  AUC "))
  }
}
