import Basics
import Foundation
import TOMLFile
import Testing

@Suite struct MutationTests {
  /// Set `EZSCOPE_MUTATIONS` for a longer trial.
  private static let rounds =
    Int(ProcessInfo.processInfo.environment["EZSCOPE_MUTATIONS"] ?? "") ?? 2000

  @Test(arguments: [UInt64.random(in: 0...UInt64.max)])
  func noTextEndsTheProcess(seed: UInt64) throws {
    try readMutations(seed: seed, rounds: Self.rounds)
  }
}

/// Reads broken texts; the seed is the test's argument, so that a trap can be repeated.
private func readMutations(seed: UInt64, rounds: Int) throws {
  let texts = try repositoryTexts()
  let pieces = [
    "[", "]", "[[", "]]", "{", "}", ",", "=", ".", "\"", "'", "\"\"\"", "'''", "\\", "\n", "\r\n",
    "\r", "#", "[,", "[]", "{,", "[[]]", "\"a\", }", "1979-05-27", "07:32:00", "0x", "1e400", "-",
    "+", "_", "inf", "nan", "true", "\u{0}", "\u{85}", "\u{2028}", "\u{A0}", "é", "\\u0041",
    "a.b.c",
    "99999999999999999999", "1979-02-31T25:61:61+99:99", "[a]\n[a]\n", "[[a]]\n[a]\n",
    "a = {}\na.b = 1\n",
    "a = [{}]\n[[a]]\n", "[a.b]\n[[a]]\n",
  ].map { Array($0.utf8) }
  var random = SplitMix64(seed: seed)
  for _ in 0..<rounds {
    var bytes = texts[Int.random(in: 0..<texts.count, using: &random)]
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: end)
      case 2: bytes.removeSubrange(start...)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: start)
      default:
        let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
        bytes.insert(contentsOf: piece, at: start)
      }
    }
    if let document = try? TOMLDocument(String(decoding: bytes, as: UTF8.self)) {
      #expect(document.root.keys == document.lines.keys(""))
    }
  }
}

/// The themes and manifests of the repository, and small texts of what they do not use.
private func repositoryTexts() throws -> [[UInt8]] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let themes = try FileManager.default.contentsOfDirectory(
    at: root.appendingPathComponent("Themes"), includingPropertiesForKeys: nil)
  let manifests = ["SampleData/experiment.toml", "Tests/ScoringCoreTests/Fixtures/experiment.toml"]
  let files = themes.sorted { $0.path < $1.path } + manifests.map(root.appendingPathComponent)
  let small = [
    "a = [1, 2.5, \"x\", 'y', {b = [], c.d = true}]\n", "[a]\nb = 1\n[[c]]\nd = 2\n[[c]]\n[c.e]\n",
    "quit = [\"q\", \"ctrl-c\"]\nhelp = \"?\"\n", "a = 1979-05-27T07:32:00.5Z\nb = 07:32:00\n",
    "a = \"\"\"\nx\\\n  y\"\"\"\nb = '''\nz'''\n", "a = [0x1F, 0o7, 0b1, -1e9, inf, nan, 1_000]\n",
  ]
  return try files.map { Array(try Data(contentsOf: $0)) } + small.map { Array($0.utf8) }
}
