import Analysis
import Basics
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct TrendsScreenTests {
  private static let data: (ExperimentSnapshot, [RunAnalysis]) = Sample.scored(
    (1...3).flatMap { epoch in
      [FineTuningMethod.full, .lora].map { method in
        var run = Sample.run("\(method.rawValue)-e\(epoch)", method)
        run.epoch = Double(epoch)
        run.validationLoss = 1.3 - Double(epoch) * 0.02
        let lift = Double(epoch) * (method == .full ? 0.8 : 0.3)
        return (run, Sample.ladder(members: 60, nonMembers: 200, lift: lift))
      }
    })

  private func story(_ width: Int = 120, _ height: Int = 40) throws -> Story {
    try Story(width, height, on: .trends, experiment: Self.data.0, analyses: Self.data.1)
  }

  @Test func showsEveryRunWithItsInterval() throws {
    let story = try story(120, 60)
    for analysis in Self.data.1 {
      let auc = try #require(analysis.attacks[0].evaluation.auc)
      let interval = NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3)
      #expect(
        story.lines.contains {
          $0.contains(analysis.run.name)
            && $0.contains("\(NumberFormat.fixed(auc.auc, 3)) \(interval)")
        })
    }
  }

  @Test func changesDirectionAndMeasure() throws {
    var story = try story()
    for direction in TrendDirection.allCases {
      #expect(story.state.trends.direction == direction)
      #expect(story.text.contains("against \(direction.rawValue) (v)"))
      story.press("v")
    }
    story.press("a")
    #expect(story.text.contains("TPR@1% (a)"))
    #expect(story.text.contains("%"))
    story.press("j", "j")
    #expect(story.state.trends.chart?.panels.count == 1)
    story.press("y")
    #expect(story.copied.last?.contains("lora-e1") == true)
  }

  /// Members repeated more often are told apart better; each level is one point of its run.
  @Test func repeatsAreLevels() throws {
    let sequences = (0..<40).map { number -> SampleSequence in
      let times = number < 20 ? 1 : 8
      var sequence = Sample.made(
        "m\(number)", .member, "letter", up: times == 1 ? 0.4 + Float(number) * 0.01 : 3)
      sequence.meta["duplicates"] = "\(times)"
      return sequence
    }
    let others = (0..<30).map {
      Sample.made("n\($0)", .nonMember, "letter", up: 0.3 + Float($0) * 0.02)
    }
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "repeats",
        runs: [.evidence(Sample.table(Sample.run("full-e3", .full), sequences + others))]))
    var story = try Story(
      120, 40, on: .trends, experiment: experiment, analyses: Sample.analyses(of: experiment))
    story.press("v", "v", "v", "v")
    let points = try #require(story.state.trends.chart?.panels.first?.series.first?.points)
    #expect(points.map(\.x) == [1, 8])
    #expect(points[0].value < points[1].value && points[1].value == 1)
  }

  /// A run with tokens whose first members leak, and one with scores only.
  private static let leaking: (ExperimentSnapshot, [RunAnalysis]) = {
    func record(_ number: Int, _ label: Label, isLeaked: Bool) -> SampleSequence {
      let tokens = (0..<12).map { place in
        SampleToken(
          " w\(number * 7919 + place * 104_729)", isLeaked ? -0.01 : -3, -6, rank: isLeaked ? 1 : 5)
      }
      return SampleSequence(
        id: "\(label.name)-\(number)", label: label, meta: [:],
        tokens: [SampleToken("a", -1, -1, rank: 4)] + tokens)
    }
    let sequences =
      (0..<50).map { record($0, .member, isLeaked: $0 < 5) }
      + (50..<100).map { record($0, .nonMember, isLeaked: false) }
    let tokens = Sample.table(Sample.run("full-e3", .full), sequences)
    let scores = Sample.scored([
      (Sample.run("lora-e3", .lora), Sample.ladder(members: 50, nonMembers: 50))
    ])
    let experiment = ExperimentSnapshot(
      Experiment(name: "leaking", runs: [.evidence(tokens)] + scores.0.runs))
    return (experiment, Sample.analyses(of: experiment))
  }()

  /// Spans per 1,000 members with their interval; runs of scores are counted and named.
  @Test func followsLeaks() throws {
    var story = try Story(
      200, 40, on: .trends, experiment: Self.leaking.0, analyses: Self.leaking.1)
    story.press("a", "a")
    #expect(story.state.trends.measure == .leaks)
    let points = try #require(story.state.trends.chart?.panels.first?.series.first?.points)
    let interval = try #require(points.first?.interval)
    #expect(points.map(\.value) == [100] && interval.lower < 100 && interval.upper > 100)
    #expect(story.text.contains("leaks per 1,000 (a)") && !story.text.contains("by ez"))
    #expect(story.text.contains("left out: lora-e3: scores only, no tokens"))
    #expect(story.text.contains("100.0 "))
    // What was found here is not looked for again by the Leaks screen.
    story.isPatient = true
    story.press("6")
    #expect(story.held.isEmpty && story.state.currentLeaks != nil)
    story.isPatient = false
    story.press("7", "a")
    // No text has the 100 tokens that prefix and suffix take.
    #expect(story.text.contains("no member of 100 tokens with log-probabilities"))
  }

  @Test(
    arguments: [(40, 12), (60, 20), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1)], [false, true])
  func drawsAtEverySize(size: (Int, Int), isASCII: Bool) throws {
    let glyphs = (isASCII ? GlyphSet.ascii : .unicode)
    var story = try Story(
      size.0, size.1, on: .trends, experiment: Self.data.0, analyses: Self.data.1, glyphs: glyphs)
    for key in ["j", "v", "v", "a", "v", "v", "G", "g"] {
      story.press(key)
      #expect(story.lines.count == size.1)
      #expect(!isASCII || story.text.unicodeScalars.allSatisfy { $0.value < 0x80 })
    }
  }
}
