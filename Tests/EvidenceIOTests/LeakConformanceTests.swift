import Foundation
import ScoringCore
import Testing

@testable import EvidenceIO

/// What leaks agrees with `Tests/Conformance/leaks.py`, on the sample data and on invented evidence.
@Suite struct LeakConformanceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
  private static var expected: [String: Any] {
    let data = try? Data(contentsOf: root.appending(path: "Conformance/leaks.json"))
    return data.flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any] ?? [:]
  }

  private static func table(_ run: String) throws -> EvidenceTable {
    let folder =
      run == "tuned"
      ? root.appending(path: "ScoringCoreTests/Fixtures/synthetic")
      : root.deletingLastPathComponent().appending(path: "SampleData")
    let opened = try ExperimentReader.open(folder.path)
    for case .evidence(let table) in opened.experiment.runs where table.run.name == run {
      return table
    }
    throw NoRun()
  }

  private struct NoRun: Error {}

  /// A list of one entry per sequence, by id.
  private static func list(_ part: [String: Any], _ name: String) throws -> [String: Any] {
    let ids = try #require(part["ids"] as? [String])
    let values = try #require(part[name] as? [Any])
    #expect(ids.count == values.count)
    return Dictionary(uniqueKeysWithValues: zip(ids, values))
  }

  private static func agree(_ value: Double, _ expected: Any?) -> Bool {
    guard let expected = expected as? Double else { return value.isNaN }
    return abs(value - expected) <= 1e-7 * max(1, abs(expected))
  }

  private static func settings() -> ExtractionSettings {
    var settings = ExtractionSettings()
    (settings.prefix, settings.suffix, settings.window) = (25, 25, 20)
    return settings
  }

  @Test(arguments: [("full-e3", "sample", 904), ("tuned", "synthetic", 20)])
  func measuresAgree(_ run: String, _ part: String, _ fewest: Int) throws {
    let all = try #require(Self.expected[part] as? [String: Any])
    var own = try #require(all["measures"] as? [String: Any])
    own["ids"] = all["ids"]
    let table = try Self.table(run)
    let measures = try #require(ExtractionMeasures(table, settings: Self.settings()))
    let columns: [(String, [Double])] = [
      ("memorized", measures.memorized), ("strength", measures.strength),
      ("longest_run", measures.longestRun.map(Double.init)),
      ("suffix_bits", measures.suffixBits), ("suffix_greedy", measures.suffixIsGreedy),
      ("window_bits", measures.windowBits),
      ("greedy_window_reference_bits", measures.greedyWindowReferenceBits),
    ]
    for (name, values) in columns {
      let expected = try Self.list(own, name)
      let rows = (0..<table.count).filter { expected[table.id($0)] != nil }
      #expect(rows.count >= fewest)
      let wrong = rows.filter { !Self.agree(values[$0], expected[table.id($0)]) }
      #expect(wrong.isEmpty, "\(name): \(wrong.prefix(5).map { (table.id($0), values[$0]) })")
    }
  }

  @Test(arguments: [("full-e3", "sample"), ("tuned", "synthetic")])
  func spansAgree(_ run: String, _ part: String) throws {
    let own = try #require(Self.expected[part] as? [String: Any])
    let table = try Self.table(run)
    let leaks = try #require(try Leaks.find(in: table))
    let expected = try #require(own["spans"] as? [String: [[Double]]])
    let ids = Set(try #require(own["ids"] as? [String]))
    let found = Dictionary(grouping: leaks.spans, by: { table.id($0.sequence) })
      .filter { ids.contains($0.key) }
    #expect(Set(found.keys) == Set(expected.keys))
    for (id, spans) in found {
      let sorted = spans.sorted { $0.tokens.lowerBound < $1.tokens.lowerBound }
      let wanted = try #require(expected[id])
      #expect(
        sorted.map { [Double($0.tokens.lowerBound), Double($0.tokens.upperBound)] }
          == wanted.map { Array($0.prefix(2)) }, "\(id)")
      #expect(zip(sorted, wanted).allSatisfy { Self.agree($0.referenceBits, $1[2]) }, "\(id)")
    }
  }

  @Test(
    arguments: [("full-e3", "sample"), ("tuned", "synthetic")],
    [("best", 0.0), ("sampling-5", 5), ("sampling-20", 20), ("ranking-5", 5), ("ranking-20", 20)])
  func everyGainAgrees(_ run: (String, String), _ kind: (String, Double)) throws {
    var settings = LeakSettings()
    settings.referenceBits = 0
    if kind.0 != "best" {
      settings.decoder = kind.0.hasPrefix("sampling") ? .sampling : .ranking
      settings.budget = kind.1
    }
    let own = try #require(Self.expected[run.1] as? [String: Any])
    let expected = try Self.list(own, kind.0)
    let table = try Self.table(run.0)
    let leaks = try #require(try Leaks.find(in: table, settings: settings))
    let wrong = (0..<table.count).filter {
      expected[table.id($0)] != nil && !Self.agree(leaks.bestBits[$0], expected[table.id($0)])
    }
    #expect(
      wrong.isEmpty,
      "\(wrong.prefix(5).map { (table.id($0), leaks.bestBits[$0], expected[table.id($0)] ?? "") })")
  }

  /// The share of sequences of each kind whose best span is above every non-member's.
  @Test(arguments: ["full-e3", "lora-e3", "prefix-e8", "prompt-e8"], [true, false])
  func onlyOwnTokensSpareControlCanaries(_ run: String, _ isOwnOnly: Bool) throws {
    let runs = try #require(Self.expected["runs"] as? [String: [String: Any]])
    let gains = try #require(runs[run]?["gains"] as? [String: [String: Any]])
    let expected = try #require(gains[isOwnOnly ? "own" : "all"])
    let table = try Self.table(run)
    var settings = LeakSettings()
    settings.referenceBits = 0
    settings.sharedLength = isOwnOnly ? 4 : 0
    let best = try #require(try Leaks.find(in: table, settings: settings)).bestBits
    let kinds = Self.kinds(table)
    let nonMembers = try #require(kinds["nonmember"]).map { best[$0] }
    let most = try #require(nonMembers.max())
    #expect(Self.agree(most, expected["non_member_most"]))
    for (kind, share) in try #require(expected["above"] as? [String: Double]) {
      let rows = try #require(kinds[kind])
      let above = Double(rows.count { best[$0] > most }) / Double(rows.count)
      #expect(Self.agree(above, share), "\(kind): \(above), not \(share)")
    }
  }

  /// The share of sequences with a greedy window for which the reference would need 40 bits.
  @Test(arguments: ["full-e3", "lora-e3", "prefix-e8", "prompt-e8"], [12, 20, 32])
  func greedyWindowsAgree(_ run: String, _ length: Int) throws {
    let runs = try #require(Self.expected["runs"] as? [String: [String: Any]])
    let windows = try #require(runs[run]?["windows"] as? [String: [String: Double]])
    let expected = try #require(windows[String(length)])
    let table = try Self.table(run)
    var settings = Self.settings()
    settings.window = length
    let bits = try #require(ExtractionMeasures(table, settings: settings)).greedyWindowReferenceBits
    for (kind, rows) in Self.kinds(table) {
      let share = Double(rows.count { bits[$0] >= 40 }) / Double(rows.count)
      #expect(Self.agree(share, expected[kind]), "\(kind): \(share)")
    }
  }

  @Test func drawsAgreeWithExactFractions() throws {
    let probes = try #require(Self.expected["draws"] as? [[Double]])
    #expect(probes.count > 5)
    for probe in probes {
      let hit = SamplingDraws.probability(bits: probe[0], log2Draws: probe[1])
      let draws = SamplingDraws.log2Draws(bits: probe[0], probability: 0.5)
      #expect(Self.agree(hit, probe[2]) && Self.agree(draws, probe[3]), "\(probe): \(hit) \(draws)")
    }
  }

  /// What ranks say about greedy decoding is what the model really wrote, in every case.
  @Test func ranksTellWhatGreedyDecodingWrites() throws {
    let table = try Self.table("full-e3")
    let continuations = ContinuationsReader.read(table).table
    var (cases, agreeing, verbatim) = (0, 0, 0)
    for (sequence, continuation) in zip(continuations.sequences, continuations.all) {
      guard continuation.decoding == "greedy", let prefix = continuation.prefixTokens,
        let suffix = continuation.suffixTokenIDs
      else { continue }
      let costs = try #require(SequenceCosts(sequence, in: table))
      let isTold = costs.isGreedy[prefix - 1..<prefix - 1 + suffix.count].allSatisfy { $0 }
      let isWritten = continuation.tokenIDs?.prefix(suffix.count).elementsEqual(suffix) ?? false
      cases += 1
      agreeing += isTold == isWritten ? 1 : 0
      verbatim += isWritten ? 1 : 0
    }
    #expect(cases == 254 && agreeing == 254 && verbatim > 30)
  }

  /// Rows by kind: the split, and for repeated records and canaries how often they were trained on.
  private static func kinds(_ table: EvidenceTable) -> [String: [Int]] {
    let metadata = MetadataReader.read(table)
    let (splits, repeats) = (metadata.column("split"), metadata.column("duplicates"))
    var kinds: [String: [Int]] = [:]
    for row in 0..<table.count {
      let (split, count) = (splits?.value(row) ?? "", repeats?.value(row) ?? "0")
      kinds[split == "member_dup" ? "x\(count)" : split, default: []].append(row)
      if split == "canary" { kinds["canary-x\(count)", default: []].append(row) }
    }
    return kinds
  }
}
