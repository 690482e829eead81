import Foundation
import Testing
import TestSupport

@Suite struct HostileInputTests {
  /// An escape that clears the screen, a right-to-left override, a formula, and Markdown.
  static let name = "=\u{1B}[2J\u{202E}|<b>,\"x"

  private static var escaped: String {
    name.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\u{1B}": "\\u001b"
      case "\u{202E}": "\\u202e"
      default: String(scalar)
      }
    }.joined()
  }

  private func evidence(_ folder: TemporaryFolder) throws -> String {
    let lines = Fixture.evidence(20).map { line in
      line.replacingOccurrences(of: "\"id\":\"s", with: "\"id\":\"\(Self.escaped)")
        .replacingOccurrences(of: "\"text\":\"", with: "\"text\":\"\(Self.escaped)")
    }
    return try folder.write(
      "run.jsonl", lines.joined(separator: "\n") + "\n{\"\(Self.escaped)\":1\n")
  }

  @Test(arguments: [
    ["evaluate"], ["evaluate", "--format", "json"], ["evaluate", "--format", "markdown"],
    ["evaluate", "--format", "csv"], ["check"], ["check", "--format", "json"],
    ["score", "--format", "jsonl"],
  ])
  func nothingActsOnATerminal(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    let csv = "run,id,label,\"\(Self.name.replacingOccurrences(of: "\"", with: "\"\""))\"\n"
    let field = "\"\(Self.name.replacingOccurrences(of: "\"", with: "\"\""))\""
    let scores = try folder.write("scores.csv", csv + "\(field),a,1,2\n\(field),b,0,1\n")
    for file in [try evidence(folder), scores] {
      let outcome = try Program.run(command + [file])
      let text = outcome.output + outcome.errors
      #expect(!outcome.output.isEmpty)
      #expect(!text.contains("\u{1B}"))
      if command != ["score", "--format", "jsonl"] { #expect(!text.contains("\u{202E}")) }
      if command.last == "markdown" {
        #expect(!outcome.output.contains("<b>") && !outcome.output.contains("⟩|"))
      }
      if command.last == "csv" { #expect(!text.contains("\n\"=") && !text.contains("\n=")) }
    }
  }

  @Test func scoresAreSafeOnATerminalAndExactInAFile() throws {
    let folder = try TemporaryFolder()
    let file = try evidence(folder)
    let shown = try Program.runOnTerminal(["score", "--attack", "loss", file], stream: 1)
    #expect(
      shown.contains("\\u{1B}[2J") && !shown.contains("\u{1B}") && !shown.contains("\u{202E}"))
    let copy = folder.path + "/copy.jsonl"
    // The damaged record is more than one of a hundred: the rest is written, the status says so.
    #expect(try Program.run(["convert", file, copy]).status == 65)
    let first = try String(contentsOfFile: copy, encoding: .utf8).split(separator: "\n")[0]
    #expect(try Fixture.object(String(first))["id"] as? String == Self.name + "0")
  }

  @Test func progressIsOnlyForTerminals() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("run.jsonl", Fixture.evidence(400).joined(separator: "\n"))
    #expect(try Program.run(["score", file, "--attack", "ez"]).errors == "")
    let shown = try Program.runOnTerminal(["score", file, "--attack", "ez"], stream: 2)
    #expect(shown.contains("Reading ") && shown.hasSuffix("\r"))
  }
}
