import ScoringCore
import Testing

@testable import TriageStore

@Suite struct FingerprintTests {
  private static let rows = (0..<50).map {
    (id: "s\($0)", text: String(repeating: "text \($0) ", count: $0 % 7))
  }

  private static func table(
    _ rows: [(id: String, text: String)], chunks: Int = 1, logprob: Float = -1
  ) throws -> EvidenceTable {
    let size = max(1, (rows.count + chunks - 1) / chunks)
    let parts = try stride(from: 0, to: rows.count, by: size).map { start in
      let part = rows[start..<min(rows.count, start + size)]
      var columns = EvidenceChunk.Columns(ids: TextColumn(part.map(\.id)))
      columns.texts = TextColumn(part.map(\.text))
      columns.labels = Column(part.map { _ in logprob > -2 ? Int8(1) : 0 })
      columns.tokenOffsets = Column((0...part.count).map { Int64($0 * 2) })
      columns.target.logprobs = Column(part.map { _ in logprob })
      return try EvidenceChunk(columns)
    }
    return EvidenceTable(run: Run(name: "run"), chunks: parts)
  }

  @Test func scoresLabelsOrderShardsAndFurtherRunsDoNotMatter() throws {
    let plain = try Self.table(Self.rows)
    let expected = Fingerprint(of: [plain])
    var summed = Fingerprint()
    for row in Self.rows.shuffled() { summed.add(id: row.id, text: row.text) }
    let rescored = try Self.table(Self.rows, logprob: -5)
    let shuffled = try Self.table(Self.rows.shuffled(), chunks: 7)
    let variants = [
      Fingerprint(of: [rescored]), Fingerprint(of: [shuffled]), summed,
      Fingerprint(of: [plain, rescored, shuffled]),
      Fingerprint(of: [
        try Self.table(Array(Self.rows[..<30])), try Self.table(Array(Self.rows[20...])),
      ]),
    ]
    #expect(variants.map(\.description) == variants.map { _ in expected.description })
    var parts = Fingerprint(of: [try Self.table(Array(Self.rows[..<9]))])
    parts.add(Fingerprint(of: [try Self.table(Array(Self.rows[9...]))]))
    #expect(parts == expected)
  }

  @Test func idsTextsAndTheirBoundariesMatter() {
    let variants: [[(String, String)]] = [
      [], [("", "")], [("a", "")], [("", "a")], [("a", "b")], [("b", "a")], [("ab", "")],
      [("a", "b"), ("a", "b")], [("a", "b"), ("c", "d")], [("a", "d"), ("c", "b")],
      [("a", "b\u{0}")], [("a", "0123456789abcdef")], [("a", "0123456789abcdef\u{0}")],
      [("a", "89abcdef01234567")],
    ]
    let names = variants.map { rows in
      var fingerprint = Fingerprint()
      for (id, text) in rows { fingerprint.add(id: id, text: text) }
      return fingerprint.description
    }
    #expect(Set(names).count == variants.count)
  }

  @Test func everyBitOfATextCounts() {
    let text = (0..<37).map { UInt8($0 + 0x30) }
    var names: Set<String> = []
    for bit in 0..<(37 * 6) {
      var changed = text
      changed[bit / 6] ^= 1 << UInt8(bit % 6)
      var fingerprint = Fingerprint()
      fingerprint.add(id: "a", text: String(decoding: changed, as: UTF8.self))
      names.insert(fingerprint.description)
    }
    #expect(names.count == 37 * 6)
  }

  /// Stored files name experiments by these: a change here loses every verdict ever given.
  @Test func namesNeverChange() {
    var fingerprint = Fingerprint()
    fingerprint.add(id: "s1", text: "The quick brown fox jumps over the lazy dog.")
    fingerprint.add(id: "s2", text: "é")
    #expect(fingerprint.description == "e1-2d3358d3f49e3ed7e14c3c02b98d506c")
  }
}
