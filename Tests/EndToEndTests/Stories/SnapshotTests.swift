import Foundation
import FoundationXML
import Testing
import TestSupport

/// Pictures of the dashboard from the command line; they need no terminal.
@Suite(.serialized)
struct SnapshotTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try HostileEvidence.write(into: folder)
  }

  @Test(
    "every screen fills the size asked for with text that is safe to print",
    arguments: ["runs", "sequences", "tokens", "roc", "compare", "leaks", "trends"],
    [(80, 24), (120, 40), (200, 60), (40, 12), (20, 5)])
  func text(screen: String, size: (width: Int, height: Int)) throws {
    let text = try Program.snapshot(
      screen, of: [folder.path], width: size.width, height: size.height)
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.count == size.height + 1 && rows.last == "", "\(rows.count) rows")
    for row in rows {
      #expect(row.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(row)")
      #expect(row.count <= size.width, "\(row)")
    }
    #expect(text.contains(size.width == 20 ? "needs" : "▌"))
  }

  @Test(
    "pictures are well-formed XML",
    arguments: ["runs", "sequences", "tokens", "roc", "compare", "leaks", "trends"])
  func svg(screen: String) throws {
    let result = try Program.run(
      [
        "snapshot", "--redact", "off", "--screen", screen, "--format", "svg", "--size", "100x30",
        folder.path,
      ])
    #expect(result.status == 0)
    let parser = XMLParser(data: Data(result.output.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError)) at \(parser.lineNumber)")
  }

  @Test("ANSI pictures hold no sequence but styles")
  func ansi() throws {
    let result = try Program.run(
      [
        "snapshot", "--redact", "off", "--screen", "sequences", "--format", "ansi", "--color",
        "256", folder.path,
      ],
      environment: [])
    let plain = result.output.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    #expect(plain != result.output)
    #expect(
      plain.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }

  @Test(
    "what is asked for wrongly is explained",
    arguments: [
      (["--screen", "nosuch"], 64, "nosuch"), (["--size", "0x5"], 64, "0x5"),
      (["--keys", "nokey"], 64, "nokey"), (["--run", "nosuch"], 64, "left"),
      (["/no/such/file"], 66, "check the spelling"),
    ] as [([String], Int32, String)])
  func refused(arguments: [String], status: Int32, words: String) throws {
    let place = arguments.count == 1 ? [] : [folder.path]
    let result = try Program.run(["snapshot"] + arguments + place)
    #expect(result.status == status)
    #expect(result.output.contains(words), "\(result.output)")
  }
}
