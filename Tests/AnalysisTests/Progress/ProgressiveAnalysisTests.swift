import ScoringCore
import Synchronization
import Testing

@testable import Analysis

@Suite struct ProgressiveAnalysisTests {
  /// Members and non-members in turn, of which every second member moved far.
  private static func table(_ count: Int = 60, name: String = "made") throws -> EvidenceTable {
    let positions = 8
    var columns = EvidenceChunk.Columns(ids: TextColumn((0..<count).map { "s\($0)" }))
    columns.labels = Column(
      (0..<count).map { ($0 % 2 == 0 ? Label.member : .nonMember).rawValue })
    columns.tokenOffsets = Column((0...count).map { Int64($0 * (positions + 1)) })
    let reference = (0..<count * positions).map { -1 - Float($0 * 7 % 13) / 8 }
    columns.reference.logprobs = Column(reference)
    columns.target.logprobs = Column(
      reference.indices.map { place in
        let sequence = place / positions
        return reference[place] + (sequence % 4 == 0 ? 0.9 : place % 3 == 0 ? -0.25 : 0.25)
      })
    columns.target.ranks = Column(reference.indices.map { Int32($0 % 3 + 1) })
    return EvidenceTable(run: Run(name: name), chunks: [try EvidenceChunk(columns)])
  }

  private static func input(_ table: EvidenceTable) -> RunInput {
    RunInput(.evidence(table), primary: [], annotations: .none)
  }

  private static let attacks: [any Attack] = [ErrorZone(), Loss()]

  private static func analyses(_ news: [ProgressiveAnalysis.News]) -> [RunAnalysis] {
    news.compactMap { if case .analysed(_, let analysis) = $0 { analysis } else { nil } }
  }

  private final class Store: Sendable {
    let kept = Mutex<[ScoreColumn]>([])
  }

  @Test func endsWithTheFiguresThatOneGoGives() throws {
    let input = Self.input(try Self.table())
    let progressive = ProgressiveAnalysis([input], order: [0], attacks: Self.attacks)
    let focus = AnalysisFocus(run: 0, attack: "loss")
    var news: [ProgressiveAnalysis.News] = []
    while let step = progressive.next(focus) {
      news += try #require(progressive.perform(step))
    }
    let found = Self.analyses(news)
    let first = try #require(found.first)
    #expect(first.attacks.map(\.spelling) == ["loss"] && !first.isComplete)
    let last = try #require(found.last)
    let whole = try #require(
      RunAnalysis.make(
        input.source, metadata: Metadata(columns: []), primary: [], attacks: Self.attacks))
    #expect(last.isComplete && last.available == ["ez", "loss"])
    #expect(last.attacks.map(\.spelling) == whole.attacks.map(\.spelling))
    for (one, other) in zip(last.attacks, whole.attacks) {
      #expect(one.evaluation.auc == other.evaluation.auc)
      #expect(one.evaluation.points.map(\.interval) == other.evaluation.points.map(\.interval))
      #expect(one.pValues == other.pValues)
    }
    let guards = news.compactMap {
      if case .guarded(_, let found) = $0 { found } else { nil }
    }
    #expect(guards == [whole.guards()])
  }

  @Test func aCancelledStepIsStillToBeDone() throws {
    let progressive = ProgressiveAnalysis(
      [Self.input(try Self.table())], order: [0], attacks: Self.attacks)
    let focus = AnalysisFocus(run: 0, attack: "ez")
    let step = try #require(progressive.next(focus))
    #expect(progressive.perform(step, isCancelled: { true }) == nil)
    #expect(progressive.next(focus) == step)
  }

  @Test func scoresComputedBeforeAreNotComputedAgain() throws {
    let table = try Self.table()
    let store = Store()
    let memory = ProgressiveAnalysis.Memory(
      recall: { _, attack in store.kept.withLock { $0.first { $0.attack == attack } } },
      keep: { _, column in store.kept.withLock { $0.append(column) } })
    for _ in 0..<2 {
      let progressive = ProgressiveAnalysis(
        [Self.input(table)], order: [0], attacks: Self.attacks, memory: memory)
      while let step = progressive.next(AnalysisFocus(run: 0, attack: "ez")) {
        _ = try #require(progressive.perform(step))
      }
    }
    #expect(store.kept.withLock { $0.map(\.attack) } == ["ez", "loss"])
  }

  @Test func evidenceThatDoesNotFeedTheAttackShowsAnother() throws {
    let progressive = ProgressiveAnalysis(
      [Self.input(try Self.table())], order: [0], attacks: Self.attacks)
    let news = try #require(progressive.perform(.table(run: 0, attack: "zlib")))
    #expect(Self.analyses(news).first?.attacks.map(\.spelling) == ["ez"])
  }
}
