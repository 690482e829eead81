import Foundation
import Testing
import TestSupport

@Suite struct ConformanceTests {
  @Test func sampleDataConforms() throws {
    let outcome = try Program.run(["conformance", Fixture.sampleData])
    #expect(outcome.status == 0 && outcome.errors == "")
    let compared = Fixture.attackCount(try Fixture.sampleFigures("primary"))
    #expect(compared > 100 && outcome.output.contains("\(compared) compared, 0 failed"))
  }

  /// Scores that are the program's own, then changed in one place.
  @Test(arguments: [
    ("", "", 0),
    (",ordinary,", ",insufficient,", 1),
    ("s3,non-member,", "s3,non-member,1", 1),
  ])
  func deviationsAreFound(_ from: String, _ to: String, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("run.jsonl", Fixture.evidence(40).joined(separator: "\n"))
    let own = try Program.run(["score", input]).output
    try FileManager.default.createDirectory(
      atPath: folder.path + "/scores", withIntermediateDirectories: false)
    var changed = own
    if let range = own.range(of: from) { changed.replaceSubrange(range, with: to) }
    try folder.write("scores/run.csv", changed)
    let outcome = try Program.run(["conformance", folder.path])
    #expect(outcome.status == status, "\(outcome.output)")
    #expect(outcome.output.contains("FAILED") == (status == 1))
  }

  @Test(arguments: [(0.0, 0), (1e-8, 1), (1e-10, 0)])
  func figuresOfTheReferencesScoresMustBeExact(_ error: Double, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.write("run.csv", "id,label,mine\na,1,3\nb,0,1\nc,1,0\nd,0,0\n")
    let auc = 0.625 + error
    try folder.write(
      "figures.json", "{\"run\":{\"primary\":{\"members\":2,\"mine\":{\"auc\":\(auc)}}}}")
    let outcome = try Program.run(["conformance", folder.path, "--format", "json"])
    #expect(outcome.status == status, "\(outcome.output) \(outcome.errors)")
    #expect(try Fixture.object(outcome.output)["failed"] as? Int == Int(status))
  }
}
