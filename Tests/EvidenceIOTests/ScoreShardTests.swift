import ScoringCore
import TestSupport
import Testing

@testable import EvidenceIO

/// Scores that an engine writes in parts.
@Suite("Shards of scores")
struct ScoreShardTests {
  private static let header = "run,id,label,ez,ez_class,ez_up,ez_down,ez_errors,loss\n"

  private func tables(_ files: [String: String], paths: [String]? = nil) throws -> [ScoreTable] {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.write(name, text) }
    let opened = try ExperimentReader.open(
      paths?.map { folder.path + "/" + $0 } ?? [folder.path])
    return opened.experiment.runs.compactMap {
      if case .scores(let table) = $0 { table } else { nil }
    }
  }

  private func row(_ id: String, _ label: String, _ loss: Double, run: String = "full") -> String {
    "\(run),\(id),\(label),1.5,ordinary,3,2,7,\(loss)\n"
  }

  private var parts: [String: String] {
    [
      "part-0.csv": Self.header + row("a", "member", -1) + row("b", "non-member", -2),
      "part-1.csv": Self.header + row("c", "member", -3),
      "part-2.csv": Self.header + row("d", "unknown", -4),
    ]
  }

  @Test("the parts of a folder or of a glob are one run, with the zones of all")
  func joins() throws {
    for paths in [nil, ["part-0.csv", "part-1.csv", "part-2.csv"]] {
      let found = try tables(parts, paths: paths)
      let table = try #require(found.first)
      #expect(found.count == 1 && table.run.name == "full")
      #expect((0..<table.count).map { table.ids[$0] } == ["a", "b", "c", "d"])
      #expect(table.labels == [.member, .nonMember, .member, .unknown])
      #expect(table.column("loss")?.values == [-1, -2, -3, -4])
      #expect(table.column("ez")?.zones?.errors == [7, 7, 7, 7])
      #expect(table.column("ez")?.zones?.up == [3, 3, 3, 3])
    }
  }

  @Test("runs in parts beside each other are joined each by its name")
  func severalRuns() throws {
    let found = try tables([
      "0.csv": Self.header + row("a", "member", -1) + row("a", "member", -5, run: "base"),
      "1.csv": Self.header + row("b", "member", -2, run: "base") + row("b", "member", -6),
      "alone.csv": Self.header + row("a", "member", -7, run: "other"),
    ])
    #expect(found.map(\.run.name) == ["full", "base", "other"])
    #expect(found.map { $0.column("loss")?.values ?? [] } == [[-1, -6], [-5, -2], [-7]])
  }

  @Test("a sequence in two parts is refused with both files' names")
  func duplicates() throws {
    var files = parts
    files["part-3.csv"] = Self.header + row("e", "member", -1) + row("b", "member", -1)
    let error = failure { _ = try tables(files) }
    let words = try #require(error?.description)
    #expect(words.contains("part-3.csv") && words.contains("part-0.csv"))
    #expect(words.contains("\"b\"") && error?.field == "id")
  }

  @Test("files with the same sequences, other columns or names of their own are runs as before")
  func apart() throws {
    let same = Self.header + row("a", "member", -1)
    #expect(try tables(["0.csv": same, "1.csv": same]).map(\.run.name) == ["full", "full (2)"])
    let other = "run,id,label,loss\nfull,b,member,-1\n"
    #expect(try tables(["0.csv": same, "1.csv": other]).count == 2)
    let nameless = [
      "0.csv": "id,label,loss\na,member,-1\n", "1.csv": "id,label,loss\nb,member,-1\n",
    ]
    #expect(try tables(nameless).map(\.run.name) == ["0", "1"])
  }
}
