import Testing

@testable import Analysis

@Suite struct AnalysisAgendaTests {
  /// Every step from the beginning to the end for somebody who looks at one thing.
  private static func steps(_ agenda: AnalysisAgenda, _ focus: AnalysisFocus) -> [AnalysisStep] {
    var agenda = agenda
    var steps: [AnalysisStep] = []
    while let step = agenda.next(focus), steps.count < 100 {
      steps.append(step)
      agenda.finish(step, held: step.attack.map { [$0] } ?? [focus.attack])
    }
    return steps
  }

  @Test func whatIsLookedAtComesFirstThenTheRest() {
    let agenda = AnalysisAgenda(counts: [10, 10, 10], order: [2, 0, 1])
    #expect(
      Self.steps(agenda, AnalysisFocus(run: 1, attack: "ez")) == [
        .table(run: 1, attack: "ez"), .figures(run: 1, attack: nil), .guards(run: 1),
        .table(run: 2, attack: "ez"), .table(run: 0, attack: "ez"),
        .figures(run: 2, attack: nil), .figures(run: 0, attack: nil), .guards(run: 2),
        .guards(run: 0),
      ])
  }

  @Test func anotherRunIsTakenUpAtOnce() {
    var agenda = AnalysisAgenda(counts: [10, 10], order: [0, 1])
    agenda.finish(.table(run: 0, attack: "ez"), held: ["ez"])
    #expect(agenda.next(AnalysisFocus(run: 1, attack: "ez")) == .table(run: 1, attack: "ez"))
    #expect(agenda.next(AnalysisFocus(run: 0, attack: "ez")) == .figures(run: 0, attack: nil))
  }

  /// All figures of a small run hold every attack: looking at another one computes nothing.
  @Test func smallRunsAreDoneWithAllAttacks() {
    var agenda = AnalysisAgenda(counts: [10], order: [0])
    for step in Self.steps(agenda, AnalysisFocus(run: 0, attack: "ez")) {
      agenda.finish(step, held: ["ez", "loss"])
    }
    #expect(agenda.next(AnalysisFocus(run: 0, attack: "loss")) == nil)
  }

  @Test func largeRunsAreComputedAttackByAttack() {
    var agenda = AnalysisAgenda(counts: [1_000_000], order: [0])
    let steps = Self.steps(agenda, AnalysisFocus(run: 0, attack: "ez"))
    #expect(
      steps == [
        .table(run: 0, attack: "ez"), .figures(run: 0, attack: "ez"), .guards(run: 0),
      ])
    for step in steps { agenda.finish(step, held: ["ez"]) }
    let other = AnalysisFocus(run: 0, attack: "loss")
    #expect(agenda.next(other) == .table(run: 0, attack: "loss"))
    // What is not held any more is computed again for whoever comes back to it.
    agenda.finish(.table(run: 0, attack: "loss"), held: ["loss"])
    #expect(
      agenda.next(AnalysisFocus(run: 0, attack: "ez")) == .table(run: 0, attack: "ez"))
  }

  @Test func runsBeyondWhatMemoryHoldsWaitUntilSomebodyLooks() {
    let agenda = AnalysisAgenda(counts: [1_000_000, 1_000_000, 1_000_000], order: [0, 1, 2])
    let steps = Self.steps(agenda, AnalysisFocus(run: 0, attack: "ez"))
    #expect(steps.filter { $0.run == 1 } == [.table(run: 1, attack: "ez")])
    #expect(!steps.contains { $0.run == 2 })
    #expect(
      agenda.next(AnalysisFocus(run: 2, attack: "ez")) == .table(run: 2, attack: "ez"))
  }
}
