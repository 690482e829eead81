import Foundation
import Testing

@Suite struct ListCommandTests {
  @Test func attacksSayWhatTheyNeed() throws {
    let document = try Fixture.object(Program.run(["attacks", "--format", "json"]).output)
    let attacks = try #require(document["attacks"] as? [[String: Any]])
    let names = attacks.compactMap { $0["name"] as? String }
    let known = ["ez", "loss", "ref-diff", "ref-ratio", "zlib", "min-k", "min-k++", "wbc"]
    #expect(Set(names).isSuperset(of: known))
    #expect(attacks.allSatisfy { ($0["needs"] as? [String])?.isEmpty == false })
    let parameters = attacks.first?["parameters"] as? [[String: String]]
    #expect(parameters?.first?["default"] == "error")
    for format in ["text", "markdown"] {
      let text = try Program.run(["attacks", "--format", format]).output
      #expect(known.allSatisfy(text.contains) && text.contains("2601.12104"))
    }
  }

  @Test func oneAttackCanBeAskedFor() throws {
    let text = try Program.run(["attacks", "min-k:k=5", "loss"]).output
    #expect(text.hasPrefix("loss  ") && text.contains("\nmin-k  ") && !text.contains("min-k++"))
  }

  @Test func keysComeFromTheDashboard() throws {
    let document = try Fixture.object(Program.run(["keys", "--format", "json"]).output)
    let keys = try #require(document["keys"] as? [[String: Any]])
    #expect(keys.contains { ($0["keys"] as? [String])?.contains("Ctrl-C") == true })
    #expect(try Program.run(["keys"]).output.hasPrefix("### "))
  }
}
