import Foundation
import TestSupport
import Testing

/// The tables on the leaks' page are what two commands print of the sample data.
///
/// `RECORD_TABLES=1 swift test --filter LeakPageTests` writes them anew, as after new sample data.
/// What `Tests/Conformance/leaks.py` computes is held against them, whatever the sample data are.
@Suite struct LeakPageTests {
  /// The groups of a run, in the order of both tables' columns.
  private static let groups = [
    ("members", "1"), ("members", "4"), ("members", "16"), ("canaries", "4"), ("canaries", "16"),
    ("control canaries", ""),
  ]
  private static let spans = """
    | run | non-members: 99 %, most (bits) | above all of them: once | 4 times | 16 times | \
    canaries 4 times | canaries 16 times | control canaries | the same, all tokens count |
    |---|---|---|---|---|---|---|---|---|

    """
  private static let windows = """
    | run, window | non-members | once | 4 times | 16 times | canaries 4 times | canaries 16 times \
    | control canaries |
    |---|---|---|---|---|---|---|---|

    """

  private static func runs(_ command: String, _ options: [String]) throws -> [[String: Any]] {
    let outcome = try Program.run(
      [command, Fixture.sampleData, "--by", "duplicates", "--format", "json"] + options)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let all = try #require(Fixture.object(outcome.output)["runs"] as? [[String: Any]])
    // Runs of which only scores are known have no groups.
    return all.filter { !(self.entries($0).isEmpty) }
  }

  private static func entries(_ run: [String: Any]) -> [[String: Any]] {
    run["groups"] as? [[String: Any]]
      ?? (run["read_off_evidence"] as? [String: Any])?["groups"] as? [[String: Any]] ?? []
  }

  /// A group's share; nil where no sequence is in it.
  private static func share(
    _ run: [String: Any], _ group: String, _ repeats: String,
    _ path: ([String: Any]) -> [String: Any]?
  ) -> Double? {
    let found = entries(run).first {
      $0["group"] as? String == group && $0["value"] as? String ?? "" == repeats
    }
    return found.flatMap(path)?["share"] as? Double
  }

  private static func percent(_ share: Double?) -> String {
    share.map { String(format: "%.0f %%", $0 * 100) } ?? "–"
  }

  private static func above(_ entry: [String: Any]) -> [String: Any]? {
    entry["above_all_non_members"] as? [String: Any]
  }

  @Test func spansAboveEveryNonMember() throws {
    let own = try Self.runs("leaks", ["--reference-bits", "0", "--top", "0"])
    let all = try Self.runs("leaks", ["--reference-bits", "0", "--top", "0", "--shared", "0"])
    try #require(own.count >= 4 && own.count == all.count)
    let rows = try zip(own, all).map { run, everyToken in
      let name = try #require(run["name"] as? String)
      let bits = try ["non_member_99_bits", "non_member_most_bits"].map {
        String(format: "%.0f", try #require(run[$0] as? Double))
      }
      let shares = Self.groups.map { Self.share(run, $0.0, $0.1, Self.above) }
      let controls = Self.share(everyToken, "control canaries", "", Self.above)
      let cells = [name, bits.joined(separator: ", ")] + (shares + [controls]).map(Self.percent)
      return "| " + cells.joined(separator: " | ") + " |"
    }
    try RecordedTable.check(
      "Memorization/leaks.md", header: Self.spans, rows: rows, suite: "LeakPageTests")
    for (kind, runs) in [("own", own), ("all", all)] {
      try Self.holdAgainstReference(runs, kind)
    }
  }

  /// The shares of the reference implementation are those of the command.
  private static func holdAgainstReference(_ runs: [[String: Any]], _ kind: String) throws {
    let names = [
      "member": ("members", "1"), "x4": ("members", "4"), "x16": ("members", "16"),
      "canary": ("canaries", ""), "canary_control": ("control canaries", ""),
    ]
    let known = try reference()
    for run in runs {
      guard let name = run["name"] as? String,
        let gains = (known[name] as? [String: Any])?["gains"] as? [String: Any],
        let figures = gains[kind] as? [String: Any]
      else { continue }
      let above = try #require(figures["above"] as? [String: Double])
      for (key, group) in names {
        let share = try #require(Self.share(run, group.0, group.1, Self.above))
        #expect(abs(share - (above[key] ?? -1)) < 1e-8, "\(name) \(kind) \(key)")
      }
      let most = try #require(run["non_member_most_bits"] as? Double)
      #expect(abs(most - (figures["non_member_most"] as? Double ?? -1)) < 1e-5 * max(1, most))
    }
  }

  private static func reference() throws -> [String: Any] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Conformance/leaks.json").standardizedFileURL
    let all = try Fixture.object(try String(contentsOf: file, encoding: .utf8))
    return try #require(all["runs"] as? [String: Any])
  }

  @Test func greedyWindowsTheReferenceWouldNotGive() throws {
    let known = try Self.reference()
    func share(_ run: [String: Any], _ group: String, _ repeats: String) -> Double? {
      Self.share(run, group, repeats) {
        ($0["greedy_windows"] as? [String: Any])?["sequences"] as? [String: Any]
      }
    }
    var rows: [String] = []
    for window in [12, 20, 32] {
      let runs = try Self.runs("extraction", ["--window", "\(window)", "--replicates", "0"])
      for run in runs {
        let name = try #require(run["name"] as? String)
        let shares =
          [share(run, "non-members", "")] + Self.groups.map { share(run, $0.0, $0.1) }
        let cells = ["\(name), \(window)"] + shares.map(Self.percent)
        rows.append("| " + cells.joined(separator: " | ") + " |")
        let windows = (known[name] as? [String: Any])?["windows"] as? [String: Any]
        guard let figures = windows?["\(window)"] as? [String: Double] else { continue }
        for (key, found) in [
          ("nonmember", share(run, "non-members", "")), ("x16", share(run, "members", "16")),
          ("canary-x16", share(run, "canaries", "16")),
          ("canary_control", share(run, "control canaries", "")),
        ] {
          #expect(abs((found ?? -1) - (figures[key] ?? -1)) < 1e-8, "\(name) \(window) \(key)")
        }
      }
    }
    try #require(rows.count >= 12)
    try RecordedTable.check(
      "Memorization/leaks.md", header: Self.windows, rows: rows, suite: "LeakPageTests")
  }
}
