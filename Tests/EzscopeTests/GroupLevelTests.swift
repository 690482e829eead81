import Foundation
import TestSupport
import Testing

/// Figures of documents and people, of sets of suspects, and scores whose sign is turned.
@Suite struct GroupLevelTests {
  /// Four chunks a document: trained on in forty, not in forty, unknown in ten.
  private static func scores(suspects: Double = 0, texts: Bool = false) -> String {
    var lines: [String] = []
    for document in 0..<90 {
      let label = document < 40 ? "1" : document < 80 ? "0" : "null"
      for chunk in 0..<4 {
        let noise = Double((document * 37 + chunk * 61) % 101) / 101
        let shift = document < 40 ? 0.4 : document < 80 ? 0 : suspects
        let logprob = -4 + 2 * noise + shift
        lines.append(
          """
          {"id":"\(document)-\(chunk)","label":\(label),"target":{"logprobs":[\(logprob),\(logprob)]},\
          "meta":{"document":"d\(document)","subject":"s\(document / 2)"}}
          """)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func evaluate(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try Program.run(
      ["evaluate", "-", "--attack", "loss", "--fpr", "0.1", "--format", "json"] + arguments,
      input: scores())
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require((try Fixture.object(outcome.output)["runs"] as? [[String: Any]])?.first)
  }

  @Test(arguments: [("document", 40), ("subject", 20)])
  func figuresAreOverGroups(_ key: String, _ members: Int) throws {
    let run = try Self.evaluate(["--level", key, "--join", "mean"])
    #expect(run["members"] as? Int == members && run["non_members"] as? Int == members)
    let groups = try #require(run["groups"] as? [String: Any])
    #expect(groups["key"] as? String == key && groups["joined_by"] as? String == "mean")
    #expect(groups["largest"] as? Int == 160 / members)
    let alone = try Self.evaluate([])
    func area(_ run: [String: Any]) throws -> Double {
      let attack = try #require((run["attacks"] as? [[String: Any]])?.first)
      return try #require(attack["auc"] as? Double)
    }
    #expect(try area(run) > area(alone))
    #expect(alone["groups"] is NSNull)
  }

  @Test func bothLevelsCanBeGiven() throws {
    let run = try Self.evaluate(["--level", "document", "--level", "0.9"])
    #expect(run["members"] as? Int == 40)
  }

  @Test(arguments: [
    (["--level", "author"], 64, "meta.author"),
    (["--level", "0.9", "--level", "0.8"], 64, "--level"),
    (["--level", "document", "--by", "subject"], 64, "--by"), (["--delta", "2"], 64, "--delta"),
  ])
  func mistakesAreRefused(_ arguments: [String], _ status: Int32, _ words: String) throws {
    let outcome = try Program.run(
      ["evaluate", "-", "--attack", "loss", "--fpr", "0.1"] + arguments, input: Self.scores())
    #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func setsHaveAJointTestAndAShareOfMembers() throws {
    let outcome = try Program.run(
      ["evaluate", "-", "--attack", "loss", "--fpr", "0.1", "--set"],
      input: Self.scores(suspects: 0.4))
    #expect(outcome.status == 0)
    for words in ["All attacks at once: p =", "share of members", "Share of members"] {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }

  /// A leak read with its sign turned finds nothing, and a gate must not call that safe.
  @Test func gatesDoNotOpenOnTurnedScores() throws {
    var rows = "id,label,perplexity\n"
    for row in 0..<400 {
      rows += "\(row),\(row < 200 ? "member" : "non-member"),\(row < 200 ? 1 : 2).\(row % 97)\n"
    }
    let folder = try TemporaryFolder()
    let path = try folder.write("scores.csv", rows)
    let turned = try Program.run(["gate", path, "--attack", "perplexity", "--max-tpr", "0.1"])
    #expect(turned.status == 1 && turned.output.contains("sign turned"), "\(turned.output)")
    let right = try Program.run(
      ["gate", path, "--attack", "perplexity:negated", "--max-tpr", "0.1"])
    #expect(right.status == 1 && right.output.contains("100.0%"), "\(right.output)")
  }
}
