import Foundation
import TestSupport

/// An experiment whose every text tries to take the terminal over: ids, texts, tokens, names,
/// metadata, unknown keys and file names.
enum HostileEvidence {
  /// What a terminal, an editor or a reader would fall for.
  static let attacks = [
    "\u{1B}]0;PWNED\u{7}", "\u{1B}[38;5;201mPINK", "\u{9B}31mC1", "\u{1B}[2J\u{1B}[HTOP",
    "\u{1B}[?1049l\u{1B}[?1000h", "\u{1B}c", "\u{1B}P+q544e\u{1B}\\", "\u{1B}]52;c;aGk=\u{7}",
    "\u{202E}evil\u{2066}", "bell\u{7}", "a\u{8}\u{8}\u{8}b", "\r\nline", "tab\tbed", "\u{0}nul",
    "\u{7F}", "\u{FEFF}\u{200B}\u{AD}", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "漢字",
    "👩\u{200D}👧", "\u{E000}\u{FFFE}", "<script>&\"'", "\u{2028}\u{2029}", "\u{85}\u{90}",
  ]

  /// Texts that must not stand in a terminal's output, as UTF-8.
  static let forbidden =
    [
      "\u{1B}]", "\u{1B}P", "\u{1B}c", "\u{1B}[38;5", "\u{7}", "\u{8}\u{8}\u{8}b", "\u{0}",
      "\u{7F}",
    ]
    + ["\u{202E}", "\u{2066}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{200B}", "\u{E000}"]
    + (0x80...0x9F).compactMap { Unicode.Scalar($0).map(String.init) }

  static let recordCount = 40

  /// Writes the experiment into a folder: two runs, named by a manifest as hostile as the rest.
  static func write(into folder: TemporaryFolder) throws {
    for (index, name) in ["left", "right"].enumerated() {
      let lines = try (0..<recordCount).map { try record($0, shift: Double(index + 1)) }
      try folder.write("\(name).jsonl", lines.joined(separator: "\n") + "\n")
    }
    let evil = "\\u001B]0;PWNED\\u0007\\u001B[38;5;201m\\u202E\\u009B31m"
    try folder.write(
      "experiment.toml",
      """
      name = "exp\(evil)"
      description = "about \(evil)"

      [[run]]
      name = "left\(evil)"
      files = ["left.jsonl"]
      method = "lora"
      model = "model\(evil)"

      [[run]]
      name = "right\(evil)"
      files = ["right.jsonl"]
      method = "full"
      model = "\(evil)"

      """)
  }

  /// One line of evidence; the third record has a token of ten thousand characters.
  static func record(_ index: Int, shift: Double) throws -> String {
    let attack = attacks[index % attacks.count]
    var tokens = (0..<24).map { attacks[($0 * 7 + index) % attacks.count] }
    if index == 2 { tokens[5] = String(repeating: "x\u{1B}[1m漢", count: 1_700) }
    tokens.insert("<0xFF><0x9B>", at: 3)
    var bytes = [Any](repeating: NSNull(), count: tokens.count)
    bytes[3] = Data([0xFF, 0x9B]).base64EncodedString()
    let positions = 0..<tokens.count - 1
    let isMember = index % 2 == 0
    let reference = positions.map { -1.0 - Double(($0 * 5 + index) % 11) / 2 }
    let target = positions.map {
      min(-0.001, reference[$0] + (($0 + index) % 3 == 0 ? -0.4 : isMember ? shift : 0.3))
    }
    let object: [String: Any] = [
      "id": "\(index)\(attack)", "label": isMember ? 1 : 0, "text": tokens.joined(),
      "tokens": tokens, "token_bytes": bytes, "token_ids": tokens.indices.map { $0 },
      "target": ["logprobs": target, "ranks": positions.map { ($0 + index) % 4 + 1 }],
      "reference": ["logprobs": reference],
      "meta": ["family": attack, "split\(attack)": attack, "document": "\(attack)\(index / 4)"],
      "unknown\(attack)": attack,
    ]
    let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
    return String(decoding: data, as: UTF8.self)
  }
}
