import Testing

@testable import ScoringCore

/// Members that a run had not been trained on when it was saved.
@Suite struct UnseenMemberTests {
  /// Eight sequences, the first four of them members.
  private static let labels: [Label] = [
    .member, .member, .member, .member, .nonMember, .nonMember, .nonMember, .nonMember,
  ]
  private static let ids = TextColumn((0..<8).map { "s\($0)" })

  private static func run(
    epoch: Double? = nil, steps: Int? = nil, batch: Int? = nil, method: FineTuningMethod = .full
  ) -> Run {
    var run = Run(name: "run")
    (run.epoch, run.steps, run.batch, run.method) = (epoch, steps, batch, method)
    return run
  }

  private static func guardOf(_ run: Run, seen: [Bool]? = nil) -> UnseenMembers {
    UnseenMembers(
      run, labels: labels, isIncluded: Array(repeating: true, count: 8), isSeen: seen)
  }

  @Test(
    arguments: [
      (Self.run(epoch: 0.5), .tripped), (Self.run(epoch: 0), .tripped),
      (Self.run(epoch: 1), .passed), (Self.run(epoch: 3), .passed), (Self.run(), .notChecked),
      (Self.run(steps: 1, batch: 3), .tripped), (Self.run(steps: 2, batch: 2), .passed),
      (Self.run(epoch: 1, steps: 1, batch: 3), .tripped), (Self.run(steps: 3), .notChecked),
      (Self.run(steps: .max, batch: .max), .passed),
      (Self.run(epoch: 0.5, method: .control), .passed),
      (Self.run(method: .pretrained), .passed),
    ] as [(Run, GuardFinding.Outcome)])
  func runsBelowOneEpoch(_ run: Run, outcome: GuardFinding.Outcome) {
    let found = Self.guardOf(run)
    #expect(found.finding.outcome == outcome, "\(found.finding.sentence)")
    #expect(found.isVoid == (outcome == .tripped))
    #expect((found.refusal != nil) == found.isVoid)
  }

  @Test func membersToldApartDecide() {
    let half = [true, true, false, false, false, false, false, false]
    let found = Self.guardOf(Self.run(epoch: 0.5), seen: half)
    #expect(found.unseenCount == 2 && found.isVoid)
    #expect(found.finding.sentence.hasPrefix("2 of 4 members had not been trained on"))
    #expect(found.refusal == "2 of its 4 members had not been trained on when it was saved")
    let all = Self.guardOf(Self.run(epoch: 0.5), seen: Array(repeating: true, count: 8))
    #expect(!all.isVoid && all.finding.sentence.contains("seen lately"))
    // A list says more than an epoch does.
    #expect(Self.guardOf(Self.run(epoch: 2), seen: half).isVoid)
  }

  @Test func recencyIsNamedWhereItDiffers() {
    let early = Self.guardOf(Self.run(epoch: 0.5), seen: Array(repeating: true, count: 8))
    let whole = Self.guardOf(Self.run(epoch: 2))
    #expect(early.comparison(with: whole)?.isTripped == true)
    #expect(whole.comparison(with: early)?.sentence == early.comparison(with: whole)?.sentence)
    #expect(whole.comparison(with: whole) == nil && early.comparison(with: early) == nil)
  }

  @Test func unseenMembersAreNotCounted() {
    var run = Self.run(epoch: 0.5)
    run.seen = SeenSequences(["s0": 4, "s2": nil, "elsewhere": 1])
    let counted = run.withoutUnseen(
      [true, true, true, false, true, true, true, false], ids: Self.ids, labels: Self.labels,
      metadata: Metadata(columns: []))
    #expect(counted == [true, false, true, false, true, true, true, false])
    #expect(
      run.seen?.count == 3 && run.seen?.lastStep("s0") == 4 && run.seen?.lastStep("s2") == nil)
  }

  @Test func metadataTellsOfRunsBelowOneEpochOnly() {
    let column = Metadata.Column(
      key: "seen", values: ["true", "false"], codes: [0, 1, 0, 1, 1, 1, 1, 1])
    let metadata = Metadata(columns: [column])
    func seen(_ run: Run) -> [Bool]? {
      run.seenSequences(ids: Self.ids, labels: Self.labels, metadata: metadata)
    }
    #expect(seen(Self.run(epoch: 3)) == nil && seen(Self.run()) == nil)
    #expect(seen(Self.run(epoch: 0.5))?.prefix(4) == [true, false, true, false])
  }

  @Test func stepsTellWhatWasSeenByThen() {
    let column = Metadata.Column(
      key: "seen_until", values: ["1", "3", "0"], codes: [0, 1, 2, -1, -1, -1, -1, -1])
    let metadata = Metadata(columns: [column])
    let seen = Self.run(epoch: 0.5, steps: 2, batch: 1).seenSequences(
      ids: Self.ids, labels: Self.labels, metadata: metadata)
    #expect(seen?.prefix(4) == [true, false, false, false])
  }

  @Test func aListMakesColumnsToSliceBy() {
    let list = SeenSequences(["s0": 1, "s1": 50, "s2": 51, "s3": 100])
    let old = Metadata.Column(key: "seen", values: ["x"], codes: Array(repeating: 0, count: 8))
    let metadata = Metadata(columns: [old]).adding(list, ids: Self.ids)
    #expect(metadata.columns.map(\.key) == ["seen", "seen_until", "seen_quarter"])
    #expect(
      (0..<5).map { metadata.columns[0].value($0) } == ["true", "true", "true", "true", "false"])
    #expect((0..<5).map { metadata.columns[1].value($0) } == ["1", "50", "51", "100", nil])
    #expect((0..<5).map { metadata.columns[2].value($0) } == ["1", "2", "3", "4", nil])
    #expect(metadata.adding(nil, ids: Self.ids).columns.count == 3)
  }
}
