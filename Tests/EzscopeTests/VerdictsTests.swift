import Foundation
import TestSupport
import Testing

/// `verdicts export` and `import`, with experiments in folders of their own.
@Suite struct VerdictsTests {
  private static let store = "ezscope-verdicts.sqlite"

  /// A folder with six sequences, s0 to s5.
  private func experiment() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "run.jsonl", Fixture.evidence(6).map { $0 + "\n" }.joined())
    return folder
  }

  private func importing(
    _ text: String, into folder: TemporaryFolder, _ options: [String] = []
  ) throws -> [String: Any] {
    let file = try folder.write("in.tsv", text)
    let outcome = try Program.run(
      ["verdicts", "import", folder.path + "/run.jsonl", "--from", file] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try Fixture.object(outcome.output)
  }

  private func export(_ folder: TemporaryFolder, _ options: [String] = []) throws -> String {
    let outcome = try Program.run(["verdicts", "export", folder.path + "/run.jsonl"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test("looking makes no file; an import makes one beside the evidence and leaves that alone")
  func placeAndEvidence() throws {
    let folder = try experiment()
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/run.jsonl"))
    #expect(try export(folder) == "id,verdict,note,time,author\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + Self.store))
    let summary = try importing("id,verdict\ns0,leaked\n", into: folder)
    #expect(summary["added"] as? Int == 1 && summary["read"] as? Int == 1)
    #expect((summary["store"] as? String)?.hasSuffix(Self.store) == true)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/" + Self.store))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/run.jsonl")) == before)
    // The store is no evidence: the folder opens as before.
    try FileManager.default.removeItem(atPath: folder.path + "/in.tsv")
    #expect(try Program.run(["check", "--strict", folder.path]).status == 0)
  }

  @Test("what is exported can be imported elsewhere", arguments: ["csv", "jsonl"])
  func roundTrip(format: String) throws {
    let (one, other) = (try experiment(), try experiment())
    _ = try importing(
      "id,verdict,note,time\ns1,benign,\"=1+1, \"\"quoted\"\"\",2026-03-01T12:00:00Z\ns0,leaked,,\n",
      into: one)
    let file = one.path + "/out." + format
    #expect(try export(one, ["-o", file]).isEmpty)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("2026-03-01T12:00:00Z") && !text.contains(",=1"))
    let outcome = try Program.run([
      "verdicts", "import", other.path + "/run.jsonl", "--from", file,
    ])
    #expect(try Fixture.object(outcome.output)["added"] as? Int == 2)
    #expect(try export(other, ["--format", format]) == text)
  }

  @Test(
    "conflicts are listed and decided as asked",
    arguments: [("keep", "leaked", 0), ("take", "benign", 1)])
  func conflicts(policy: String, verdict: String, taken: Int) throws {
    let folder = try experiment()
    _ = try importing("id,verdict\ns0,leaked\ns1,unsure\n", into: folder)
    let summary = try importing(
      "id,verdict\ns0,benign\ns1,unsure\nzz,leaked\n", into: folder, ["--on-conflict", policy])
    #expect(summary["same"] as? Int == 1 && summary["taken"] as? Int == taken)
    #expect(summary["unknown"] as? [String] == ["zz"])
    #expect((summary["conflicts"] as? [[String: Any]])?.first?["id"] as? String == "s0")
    #expect(try export(folder).contains("s0,\(verdict),"))
  }

  @Test("a note brought in beside a verdict that stays is told of as merged, not as kept")
  func mergedNotes() throws {
    let folder = try experiment()
    _ = try importing("id,verdict\ns0,leaked\n", into: folder)
    let summary = try importing("id,verdict,note\ns0,benign,a licence\n", into: folder)
    #expect(summary["kept"] as? Int == 0 && summary["merged"] as? Int == 1)
    #expect(try export(folder).contains("s0,leaked,a licence"))
  }

  @Test("records that make no sense are counted, the others come in")
  func damaged() throws {
    let folder = try experiment()
    let file = try folder.write("in.tsv", "id,verdict\ns0,perhaps\ns1,benign\n")
    let outcome = try Program.run(
      ["verdicts", "import", folder.path + "/run.jsonl", "--from", file])
    #expect(outcome.status == 65 && outcome.errors.contains("in.tsv:2: verdict: perhaps is none"))
    let summary = try Fixture.object(outcome.output)
    #expect((summary["left_out"] as? [String])?.count == 1 && summary["added"] as? Int == 1)
  }

  @Test("evidence from standard input is kept by what it is, in the user's folder")
  func standardInput() throws {
    let (folder, home) = (try experiment(), try TemporaryFolder())
    let lines = Fixture.evidence(6).map { $0 + "\n" }.joined()
    let file = try folder.write("in.csv", "id,verdict\ns3,unsure\n")
    func run(_ arguments: [String], _ lines: String) throws -> Program.Outcome {
      try Program.run(
        ["verdicts"] + arguments, input: lines, environment: ["XDG_DATA_HOME": home.path])
    }
    let outcome = try run(["import", "-", "--from", file], lines)
    #expect(outcome.status == 0 && outcome.output.contains(home.path))
    #expect(try run(["export", "-"], lines).output.contains("s3,unsure"))
    let others = Fixture.evidence(5, seed: 2).map { $0 + "\n" }.joined()
    #expect(try run(["export", "-"], others).output == "id,verdict,note,time,author\n")
  }

  @Test(
    "failures have their own status",
    arguments: [
      (["--from", "/no/such/file.csv"], 66), (["--from", "@/not-verdicts.csv"], 65),
      ([], 64), (["--from", "-", "--on-conflict", "guess"], 64),
    ] as [([String], Int32)])
  func failures(options: [String], status: Int32) throws {
    let folder = try experiment()
    try folder.write("not-verdicts.csv", "a,b\n1,2\n")
    let options = options.map { $0.replacingOccurrences(of: "@", with: folder.path) }
    let outcome = try Program.run(
      ["verdicts", "import", folder.path + "/run.jsonl"] + options)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output.isEmpty && outcome.errors.hasPrefix("ezscope: "))
  }

  @Test("a damaged store is refused, named, and not touched")
  func damagedStore() throws {
    let folder = try experiment()
    let store = try folder.write(Self.store, String(repeating: "not a database. ", count: 100))
    let file = try folder.write("in.csv", "id,verdict\ns0,leaked\n")
    for arguments in [["export"], ["import", "--from", file]] {
      let outcome = try Program.run(["verdicts"] + arguments + [folder.path + "/run.jsonl"])
      #expect(outcome.status == 65 && outcome.errors.contains(Self.store))
    }
    #expect(try String(contentsOfFile: store, encoding: .utf8).hasPrefix("not a database."))
  }

  /// What people decided beside what the figures say; reading it back passes the figures over.
  @Test func verdictsComeWithTheirFigures() throws {
    let folder = try experiment()
    _ = try importing("id,verdict\ns0,leaked\n", into: folder)
    let scores = try Program.run(["score", folder.path + "/run.jsonl", "--attack", "ez"]).output
    let wanted = try #require(
      scores.split(separator: "\n").first { $0.hasPrefix("run,s0,") }?.split(
        separator: ",", omittingEmptySubsequences: false)[3])
    let text = try export(folder, ["--with", "score,p,attack,run,leak", "--attack", "ez"])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "id,verdict,note,time,author,score,p,attack,run,leak")
    let cells = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(cells[0] == "s0" && cells[5] == wanted && cells[7] == "ez" && cells[8] == "run")
    let p = try #require(Double(cells[6]))
    // Three non-members allow quarters.
    #expect([0.25, 0.5, 0.75, 1].contains(p))
    let back = try importing(text, into: folder)
    #expect(back["same"] as? Int == 1)
    let refused = try Program.run([
      "verdicts", "export", folder.path + "/run.jsonl", "--with", "scroe",
    ])
    #expect(refused.status == 64 && refused.errors.contains("give any of score"))
  }
}
