import Foundation
import TestSupport
import Testing

/// `trends --measure leaks` and `--measure discoverable`.
@Suite struct TrendMeasureTests {
  private static func report(_ options: [String]) throws -> [String: Any] {
    let outcome = try Program.run(
      ["trends", Fixture.sampleData, "--replicates", "200", "--format", "json"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try Fixture.object(outcome.output)
  }

  /// A trend's leaks per 1,000 are those of `leaks`, run by run; the others are named.
  @Test func leaksAreThoseOfLeaks() throws {
    let report = try Self.report(["--by", "method", "--measure", "leaks", "--population", "all"])
    let levels = try #require(report["levels"] as? [[String: Any]])
    #expect(levels.count >= 4)
    for level in levels {
      let name = try #require(level["run"] as? String)
      let outcome = try Program.run([
        "leaks", Fixture.sampleData, "--run", name, "--format", "json", "--top", "0",
      ])
      let runs = try #require(try Fixture.object(outcome.output)["runs"] as? [[String: Any]])
      let run = try #require(runs.first)
      let groups = try #require(run["groups"] as? [[String: Any]])
      let members = groups.filter {
        ["members", "canaries"].contains($0["group"] as? String) && $0["value"] is NSNull
      }
      let spans = members.reduce(0.0) { $0 + ($1["spans"] as? Double ?? 0) }
      let count = members.reduce(0.0) {
        $0 + ((($1["sequences"] as? [String: Any])?["of"] as? Double) ?? 0)
      }
      let figure = try #require(level["figure"] as? Double)
      #expect(count > 0 && abs(figure - 1000 * spans / count) < 1e-9, "\(name)")
      let interval = try #require(level["interval"] as? [Double])
      #expect(interval[0] <= figure && figure <= interval[1] && interval[1] > 0)
    }
    let leftOut = try #require(report["left_out"] as? [[String: Any]])
    #expect(!leftOut.isEmpty)
    #expect(leftOut.contains { ($0["reason"] as? String ?? "").hasPrefix("only scores are known") })
  }

  @Test func runsWithoutTokensAreCountedAndNamed() throws {
    let outcome = try Program.run([
      "trends", Fixture.sampleData, "--by", "method", "--measure", "discoverable", "--prefix", "20",
      "--suffix", "20", "--replicates", "50",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Members discoverable within 1,000,000 draws by method"))
    let flat = outcome.output.split(separator: "\n").map { $0.drop { $0 == " " } }
      .joined(separator: " ")
    let said = try #require(flat.range(of: #"Left out: \d+ runs, "#, options: .regularExpression))
    #expect(flat[said.upperBound...].contains("only scores are known, no tokens with ranks"))
    #expect(flat.contains("the 20 tokens after the first 20 come within 1,000,000 draws"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  /// More draws discover no fewer, and a share's interval is exact where all or none are.
  @Test func drawsDecide() throws {
    func shares(_ draws: String) throws -> [Double] {
      let report = try Self.report([
        "--by", "method", "--measure", "discoverable", "--draws", draws, "--prefix", "20",
        "--suffix", "10",
      ])
      return try #require(report["levels"] as? [[String: Any]]).compactMap {
        $0["figure"] as? Double
      }
    }
    let (few, many) = (try shares("1"), try shares("1e30"))
    #expect(few.count == many.count && zip(few, many).allSatisfy { $0 <= $1 })
    #expect(few.reduce(0, +) < many.reduce(0, +))
  }

  @Test func aFrontierOfLeaks() throws {
    let report = try Self.report(["--against", "validation_loss", "--measure", "leaks"])
    let points = try #require(report["checkpoints"] as? [[String: Any]])
    #expect(points.count >= 4 && report["attack"] is NSNull)
    #expect(report["figure"] as? String == "leaks")
    let extraction = try #require(report["extraction"] as? [String: Any])
    #expect(extraction["per"] as? Int == 1000 && extraction["reference_bits"] as? Double == 40)
  }

  @Test(arguments: [
    (["--against", "validation_loss", "--measure", "verbatim"], "--measure"),
    (["--by", "epoch", "--measure", "discoverable", "--draws", "0.5"], "--draws"),
    (["--by", "epoch", "--measure", "discoverable", "--suffix", "0"], "--suffix"),
  ])
  func refusals(_ options: [String], _ says: String) throws {
    let outcome = try Program.run(["trends", Fixture.sampleData] + options)
    #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome.errors)")
  }

  @Test func tooShortTextsAreSaid() throws {
    let outcome = try Program.run([
      "trends", Fixture.sampleData, "--by", "method", "--measure", "discoverable", "--prefix",
      "900",
    ])
    #expect(outcome.status == 65, "\(outcome.errors)")
    #expect(outcome.errors.contains("no sequence has the 950 tokens of prefix and suffix"))
  }
}
