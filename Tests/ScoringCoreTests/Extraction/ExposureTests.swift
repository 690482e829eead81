import ScoringCore
import Testing

@Suite struct ExposureTests {
  @Test(arguments: [
    (1, 1_000_000, 19.9315686), (10, 1_000_000, 16.6096405), (1_000_000, 1_000_000, 0), (1, 1, 0),
    (1, 25, 4.643856189774724),
  ])
  func bits(_ rank: Int, _ candidates: Int, _ expected: Double) {
    let exposure = Exposure(rank: rank, candidates: candidates)
    #expect(abs(exposure.bits - expected) < 1e-7 && exposure.bits <= exposure.maximum)
    #expect(near(exposure.pValue, Double(rank) / Double(candidates)))
  }

  @Test(arguments: [(3.0, 1), (2.0, 2), (1.5, 2), (1.0, 3), (0.0, 4)])
  func tiesCountAgainstTheCanary(_ score: Double, _ rank: Int) {
    let exposure = Exposure(score, controls: [2, 1, 0.5])
    #expect(exposure.rank == rank && exposure.candidates == 4)
  }

  /// Of four candidates: (log2 4 + log2 2 + log2 4/3 + log2 1) / 4.
  @Test func chance() {
    #expect(near(Exposure.chance(candidates: 4), (2 + 1 + 0.41503749927884376) / 4))
    #expect(Exposure.chance(candidates: 1) == 0)
  }

  /// Canaries of four tokens; only position 1, token 2, is the secret.
  private func table(_ secrets: [Float], reference: Float = -4) throws -> EvidenceTable {
    try EvidenceTable(
      secrets.enumerated().map { number, value in
        var record = Record(target: [-9, value, -9], reference: [-1, reference, -1])
        record.id = "c\(number)"
        return record
      })
  }

  private func canaries(_ count: Int, controls: Int, secret: Range<Int>? = 2..<3) -> [Canary] {
    (0..<count).map {
      Canary(
        sequence: $0, isControl: $0 >= count - controls, secret: secret,
        duplicates: $0 == 0 ? 16 : 1)
    }
  }

  @Test(arguments: CanaryMeasure.allCases)
  func canariesAreRankedBySecretsAlone(_ measure: CanaryMeasure) throws {
    let table = try table([-0.5, -2, -3, -1, -2.5])
    let exposures = try #require(CanaryExposures(canaries(5, controls: 3), by: measure, in: table))
    #expect(exposures.canaries.map(\.exposure.rank) == [1, 2] && exposures.candidates == 4)
    #expect(exposures.canaries.map(\.id) == ["c0", "c1"] && exposures.isSecretOnly)
    let summaries = exposures.summaries(replicates: 100)
    #expect(summaries.map(\.duplicates) == [1, 16, nil])
    #expect(summaries.map(\.meanBits) == [1, 2, 1.5] && summaries[2].first.count == 1)
    let interval = try #require(summaries[2].interval)
    #expect(interval.lower <= 1.5 && interval.upper <= 2)
  }

  @Test func whatCannotBeRankedIsCounted() throws {
    let table = try table([-0.5, -2, -3])
    var list = canaries(3, controls: 1)
    list[1].secret = 3..<9
    let exposures = try #require(CanaryExposures(list, by: .logProbability, in: table))
    #expect(exposures.canaries.count == 1 && exposures.withoutEvidence == 1)
    #expect(CanaryExposures(canaries(3, controls: 0), by: .shift, in: table) == nil)
    #expect(CanaryExposures(canaries(3, controls: 3), by: .shift, in: table) == nil)
    #expect(CanaryExposures([], by: .shift, in: table) == nil)
  }
}
