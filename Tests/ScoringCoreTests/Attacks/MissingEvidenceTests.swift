import ScoringCore
import Testing

@Suite struct UnavailableTests {
  private static var full: Record {
    var record = Record(target: [-1, -2], reference: [-2, -1], errors: [1, 1])
    record.text = "ab"
    record.tokenIDs = [1, 2, 3]
    record.top1IDs = [4, 5]
    record.top1Logprobs = [-0.5, -0.5]
    record.means = [-1, -1]
    record.stds = [1, 1]
    return record
  }

  /// Removes columns; then which attacks cannot be scored, and words their reasons must have.
  @Test(
    arguments: [
      (
        ["target"],
        ["ez", "loss", "ref-diff", "ref-ratio", "zlib", "min-k:k=20", "min-k++:k=20", "wbc"],
        ["target.logprobs", "every true token"]
      ),
      (
        ["reference"], ["ez", "ref-diff", "ref-ratio", "wbc"],
        ["reference.logprobs", "[[reference]]"]
      ),
      (["ranks"], [], []), (["ranks", "ids"], [], []),
      (
        ["ranks", "tokens", "best"], ["ez"],
        ["target.ranks", "target.top1_ids with token_ids", "first choice"]
      ),
      (["ranks", "ids", "best"], ["ez"], ["target.ranks"]),
      (["text"], ["zlib"], ["text"]),
      (["stds"], ["min-k++:k=20"], ["target.logprob_means and target.logprob_stds", "weighted"]),
    ] as [([String], [String], [String])])
  func missingColumnsAreNamed(_ removed: [String], _ unavailable: [String], _ words: [String])
    throws
  {
    var record = Self.full
    for name in removed {
      switch name {
      case "target": record.target = nil
      case "reference": record.reference = nil
      case "ranks": record.ranks = nil
      case "ids": record.top1IDs = nil
      case "best": record.top1Logprobs = nil
      case "tokens": record.tokenIDs = nil
      case "text": record.text = nil
      default: record.stds = nil
      }
    }
    let attacks = try AttackCatalog.attacks("ez,loss,ref-diff,ref-ratio,zlib,min-k,min-k++,wbc")
    let found = Scorer.availability(of: attacks, for: try EvidenceTable([record]))
    let problems = found.compactMap(\.problem)
    #expect(problems.map(\.attack) == unavailable)
    let texts = problems.map(String.init(describing:))
    #expect(texts.allSatisfy { text in words.allSatisfy(text.contains) }, "\(texts)")
    #expect(texts.allSatisfy { text in unavailable.contains { text.hasPrefix("\($0) needs") } })
  }

  @Test func otherZonesNeedOtherColumns() throws {
    var record = Self.full
    record.ranks = nil
    let table = try EvidenceTable([record])
    #expect(throws: MissingEvidence.self) { try column("ez:zone=rank-gt-5", table) }
    record.top1IDs = nil
    record.top1Logprobs = nil
    let bare = try EvidenceTable([record])
    #expect(throws: MissingEvidence.self) { try column("ez", bare) }
    #expect(try column("ez:zone=all", bare).statuses == [.insufficient])
  }
}
