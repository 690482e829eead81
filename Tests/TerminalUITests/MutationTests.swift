import Foundation
import TestSupport
import Testing

@testable import TerminalUI

/// Bytes of terminals, themes and key files that are broken: none ends the process.
@Suite(.serialized) struct BrokenInputTests {
  private enum Action: String, CaseIterable, Sendable { case next, quit, help }
  private enum Place: String, CaseIterable, Sendable { case everywhere }

  private static let pieces = [
    "\u{1B}[", "\u{1B}[<", "\u{1B}O", "\u{1B}]", "\u{1B}_G", "\u{1B}P", "\u{1B}\\", "\u{7}", ";",
    ":",
    "M", "m", "~", "u", "200~", "201~", "R", "\u{1B}", "é", "\u{0}", "\u{9B}", "[", "]", "=", "\"",
    "'", "\n", "ctrl-", "f99", "#", "next = ", "extends = \"dark\"", "[roles]",
  ]
  private static var seed: UInt64 {
    UInt64(ProcessInfo.processInfo.environment["EZSCOPE_SEED"] ?? "")
      ?? UInt64.random(in: 0...UInt64.max)
  }

  @Test func bytesOfATerminal() {
    var mutator = Mutator(seed: Self.seed)
    let seeds = [
      "\u{1B}[<0;10;20M\u{1B}[1;5A", "\u{1B}[200~paste\u{1B}[201~q", "\u{1B}[97;5:1u", "漢j",
    ]
    var read = 0
    for _ in 0..<Mutator.rounds {
      let bytes = mutator.broken(Array(mutator.one(of: seeds).utf8), pieces: Self.pieces)
      var decoder = InputDecoder()
      let cut = Int.random(in: 0...bytes.count, using: &mutator.random)
      var inputs = 0
      decoder.feed(bytes[..<cut]) { _ in inputs += 1 }
      decoder.feed(bytes[cut...]) { _ in inputs += 1 }
      decoder.flush { _ in inputs += 1 }
      #expect(inputs <= bytes.count)
      if inputs > 0 { read += 1 }
    }
    mutator.report("input", Mutator.rounds, read: read)
    #expect(read > 0)
  }

  @Test func themes() throws {
    var mutator = Mutator(seed: Self.seed)
    let folder = try TemporaryFolder()
    let seeds = Theme.builtInNames.compactMap { Theme.builtInText($0) }
    var read = 0
    for _ in 0..<Mutator.rounds {
      let bytes = mutator.broken(Array(mutator.one(of: seeds).utf8), pieces: Self.pieces)
      let path = try folder.write("x.toml", bytes)
      if (try? Theme.load(path, environment: [:])) != nil { read += 1 }
    }
    mutator.report("themes", Mutator.rounds, read: read)
    #expect(read > 0)
  }

  @Test func keys() throws {
    var mutator = Mutator(seed: Self.seed)
    let keymap = try Keymap<Action, Place>([
      .init(.next, ["j"], in: [.everywhere], short: "n", long: "Next", group: "Move"),
      .init(.quit, ["q"], in: [.everywhere], short: "q", long: "Quit", group: "Program"),
      .init(.help, ["?"], in: [.everywhere], short: "h", long: "Help", group: "Program"),
    ])
    let seeds = ["next = [\"n\", \"ctrl-n\"]\nquit = \"Q\"\n", "help = \"g h\"\nnext = []\n"]
    var read = 0
    for _ in 0..<Mutator.rounds {
      let bytes = mutator.broken(Array(mutator.one(of: seeds).utf8), pieces: Self.pieces)
      let result = keymap.applying(toml: String(decoding: bytes, as: UTF8.self), file: "keys.toml")
      if result.warnings.isEmpty { read += 1 }
      for warning in result.warnings {
        #expect(!"\(warning)".unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
      }
    }
    mutator.report("keys", Mutator.rounds, read: read)
    #expect(read > 0)
  }
}
