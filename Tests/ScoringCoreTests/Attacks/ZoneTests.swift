import ScoringCore
import Testing

@Suite struct ZoneTests {
  private static let target: [Float] = [-1, -2, -0.5, -3, -0.1, -4, -0.2, -2.5, -1.5, -0.3, -5]
  private static let reference: [Float] = [-2, -1, -1, -5, -0.4, -3, -0.2, -3.5, -1, -0.9, -6]
  private static let ranks: [Int32] = [9, 3, 1, 6, 1, 8, 1, 5, 2, 1, 40]

  /// Zone, its positions, P and N (the first position is skipped).
  @Test(arguments: [
    ("error", 6, 4.0, 2.5), ("all", 10, 5.4, 2.5), ("rank-gt-5", 3, 3.0, 1.0),
    ("rank-gt-1", 6, 4.0, 2.5), ("prob-lt-0.1", 4, 4.0, 1.0), ("target-lowest-20", 2, 1.0, 1.0),
    ("target-lowest-30", 3, 3.0, 1.0), ("reference-lowest-20", 2, 3.0, 0.0),
    ("reference-lowest-100", 10, 5.4, 2.5),
  ])
  func zonesHoldTheirPositions(_ zone: String, _ errors: Int32, _ up: Double, _ down: Double) throws
  {
    var record = Record(target: Self.target, reference: Self.reference)
    record.ranks = Self.ranks
    let zones = try #require(try column("ez:zone=\(zone)", EvidenceTable([record])).zones)
    #expect(zones.errors == [errors])
    #expect(abs(zones.up[0] - up) < 1e-6 && abs(zones.down[0] - down) < 1e-6)
  }

  @Test func tiesAtTheLimitAreAllInside() throws {
    var record = Record(target: [-9, -1, -1, -1, -1, -1], reference: [-9, -2, -2, -2, -2, -2])
    record.ranks = [1, 1, 1, 1, 1, 1]
    let zones = try column("ez:zone=target-lowest-20", EvidenceTable([record])).zones
    #expect(zones?.errors == [5])
  }

  @Test(arguments: [
    ("error", ScoreStatus.forcedNoErrors), ("rank-gt-5", .forcedNoErrors),
    ("prob-lt-0.1", .forcedNoErrors),
    // Four positions have no lowest fifth: that says nothing of the target.
    ("target-lowest-20", .insufficient), ("reference-lowest-20", .insufficient),
  ])
  func emptyZones(_ zone: String, _ status: ScoreStatus) throws {
    let record = Record(
      target: [-1, -0.5, -0.5, -0.5, -0.5], reference: [-2, -1, -1, -1, -1],
      errors: [0, 0, 0, 0, 0])
    #expect(try score("ez:zone=\(zone)", record).status == status)
  }

  @Test(arguments: [
    "error", "all", "rank-gt-1", "rank-gt-500", "prob-lt-0.1", "prob-lt-1e-05", "prob-lt-1.0",
    "target-lowest-1", "target-lowest-100", "reference-lowest-20",
  ])
  func spellingsRoundTrip(_ spelling: String) {
    #expect(Zone(spelling)?.description == spelling)
  }

  @Test(arguments: [
    "", "errors", "rank-gt-0", "rank-gt-", "rank-gt--1", "prob-lt-0", "prob-lt-1.1",
    "prob-lt-nan", "target-lowest-0", "target-lowest-101", "reference-lowest-x", "Error",
  ])
  func otherWordsAreNoZones(_ spelling: String) {
    #expect(Zone(spelling) == nil)
  }
}
