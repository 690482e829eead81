import Basics
import Testing

@testable import ScoringCore

/// Guards over two models' log-probabilities.
@Suite struct EvidenceGuardTests {
  /// How the target of a made-up run follows from its reference.
  enum Target: CaseIterable {
    case fineTuned, same, rounded, worse, overFitted, shifted, another, bfloat16, float16
  }

  private static func table(_ kind: Target, seed: UInt64 = 1) throws -> EvidenceTable {
    var numbers = SplitMix64(seed: seed)
    let records = (0..<60).map { index in
      let isMember = index < 30
      let reference = (0..<40).map { _ in -Float(4 * Double.random(in: 0..<1, using: &numbers)) }
      let noise = reference.map { _ in Float(numbers.normal()) }
      func moved(_ up: Float) -> [Float] {
        zip(reference, noise).map { min(-0.001, $0 + up + 0.2 * $1) }
      }
      let target: [Float] =
        switch kind {
        case .fineTuned: moved(isMember ? 0.3 : 0.05)
        case .same: reference
        case .rounded: zip(reference, noise).map { min(0, $0 + 0.0002 * $1) }
        case .worse: moved(-0.4)
        case .overFitted: moved(isMember ? 0.3 : -0.4)
        case .shifted: Array(reference.dropFirst()) + [-1]
        case .another: reference.reversed()
        case .bfloat16:
          moved(isMember ? 0.3 : 0.05).map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
        case .float16:
          moved(isMember ? 0.3 : 0.05).map { Float(bitPattern: $0.bitPattern & 0xFFFF_E000) }
        }
      var record = Record(target: target, reference: reference)
      record.id = "s\(index)"
      record.label = isMember ? .member : .nonMember
      return record
    }
    return try EvidenceTable(records, chunkSize: 17)
  }

  private static func findings(_ table: EvidenceTable, _ run: Run) -> [GuardFinding] {
    RunGuards.findings(
      GuardSubject(
        run: run, table: table, ids: table.ids, labels: table.labels,
        isPrimary: Array(repeating: true, count: table.count), metadata: Metadata(columns: [])))
  }

  private static let evidenceKinds: [GuardKind] = [
    .selfReference, .referenceBetter, .misalignedTokens, .mixedPrecision,
  ]

  /// Each trips one guard, and no other.
  @Test(
    arguments: [
      (.fineTuned, nil, ""), (.same, .selfReference, "they are one model"),
      (.rounded, .selfReference, "they are one model"),
      (.worse, .referenceBetter, "the two may be swapped"),
      (.overFitted, .referenceBetter, "over-fitted"),
      (.shifted, .misalignedTokens, "1 position later"),
      (.another, .misalignedTokens, "different tokenizers"),
      (.bfloat16, .mixedPrecision, "target bfloat16, reference float32"),
      (.float16, .mixedPrecision, "target float16, reference float32"),
    ] as [(Target, GuardKind?, String)], [1, 2, 3] as [UInt64])
  func eachTripsItsOwn(_ row: (Target, GuardKind?, String), seed: UInt64) throws {
    let findings = Self.findings(try Self.table(row.0, seed: seed), Run(name: "run"))
      .filter { Self.evidenceKinds.contains($0.kind) }
    #expect(findings.tripped.map(\.kind) == [row.1].compactMap { $0 }, "seed \(seed)")
    #expect(findings.map(\.kind).sorted { $0.rawValue < $1.rawValue }.count == 4)
    guard let tripped = findings.tripped.first else { return }
    #expect(tripped.sentence.contains(row.2), "\(tripped.sentence)")
  }

  @Test func aRunThatSaysItIsItsReferenceMayBe() throws {
    var run = Run(name: "self")
    run.method = .selfReference
    let found = Self.findings(try Self.table(.same), run).first { $0.kind == .selfReference }
    #expect(found?.outcome == .passed)
  }

  /// Losses of target and reference, the method, and whether that is odd.
  @Test(
    arguments: [
      (1.2, 1.3, nil, false), (1.3, 1.3, nil, true), (1.31, 1.3, .prompt, true),
      (1.297, 1.3, nil, true), (1.294, 1.3, nil, false), (1.4, 1.3, .control, false),
      (nil, 1.3, nil, false), (1.3, nil, nil, false),
    ] as [(Double?, Double?, FineTuningMethod?, Bool)])
  func validationLosses(
    _ target: Double?, _ reference: Double?, _ method: FineTuningMethod?, isOdd: Bool
  ) throws {
    var run = Run(name: "run")
    (run.validationLoss, run.referenceValidationLoss, run.method) = (target, reference, method)
    let found = Self.findings(try Self.table(.fineTuned), run)
      .first { $0.kind == .referenceBetter }
    #expect(found?.isTripped == isOdd)
    // Losses are known of score files too.
    let judged = ReferenceBetter(nil, run: run)?.finding(method: method)
    #expect(judged?.isTripped == (target != nil && reference != nil ? isOdd : nil))
  }

  /// What the metadata says of target and reference.
  @Test(
    arguments: [
      ("float32", "float32", .passed), ("float32", "bfloat16", .tripped),
      ("torch.bfloat16", "BF16", .passed), ("fp32", "single", .passed),
      ("half", "float32", .tripped), (nil, "float32", .notChecked), (nil, nil, .notChecked),
    ] as [(String?, String?, GuardFinding.Outcome)])
  func declaredPrecision(_ a: String?, _ b: String?, outcome: GuardFinding.Outcome) {
    let found = MixedPrecision([
      .init("target", declared: a, grid: nil), .init("reference", declared: b, grid: nil),
    ]).finding
    #expect(found.outcome == outcome)
  }

  @Test func fewValuesOnAGridShowNothing() throws {
    let record = Record(target: [-0.5, -0.25, -1], reference: [-0.3, -0.7, -1.1])
    let survey = EvidenceSurvey(
      try EvidenceTable([record]), labels: [.unknown], isIncluded: [true])
    #expect(survey.target.bfloat16 == 3 && survey.reference.bfloat16 == 0)
    #expect(MixedPrecision.Side("target", declared: nil, grid: survey.target).found == nil)
  }

  @Test func missingAndInfiniteValuesAreLeftOut() throws {
    var record = Record(
      target: [-1, .nan, -.infinity, -2, -3], reference: [-2, -1, -1, -.infinity, -5])
    record.label = .nonMember
    record.scored = [1, 1, 1, 1, 0]
    let survey = EvidenceSurvey(
      try EvidenceTable([record]), labels: [.nonMember], isIncluded: [true])
    #expect(survey.positions == 1 && survey.meanAbsolute == 1 && survey.nonMembers.mean == 1)
    #expect(survey.nonMembers.interval == nil && survey.members.count == 0)
  }

  @Test func correlationsByHand() {
    var lags = LagCorrelation()
    let (t, r): ([Float], [Float]) = ([-1, -2, -4, -3, -5], [-9, -1, -2, -4, -3])
    lags.add(t.span, r.span)
    #expect(lags[1] == 1 && lags.bestOther?.lag == 1 && lags.count == 5)
    #expect(abs((lags[0] ?? 1) - -0.5584) < 0.0001)
    lags.add([-1].span, [-1].span)
    lags.add([Float]().span, [Float]().span)
    #expect(lags.count == 6)
  }
}
