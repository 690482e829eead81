internal import CTerminal
import Basics
import Glibc
import TerminalUI

/// What was found out about the terminal before ncurses takes it over.
struct TerminalSetup {
  let term: String
  let depth: ColorDepth
  /// Whether the C library prints more than ASCII.
  let isUTF8: Bool

  init(output: Int32, environment: [String: String], color: ColorChoice) throws(TerminalError) {
    isUTF8 = ct_use_utf8_locale()
    let term = environment["TERM"] ?? ""
    guard !term.isEmpty else {
      throw .unsuitable(term: "", reason: "the terminal's kind is not set")
    }
    var status: Int32 = 0
    guard setupterm(term, output, &status) == OK else {
      throw .unsuitable(
        term: term,
        reason: status == 0 ? "this kind of terminal is not known here" : "no terminal database")
    }
    // ncurses would run on these and draw nonsense: it only fails for names it does not know.
    guard ct_has("cup") else {
      throw .unsuitable(term: term, reason: "the cursor cannot be moved on this kind of terminal")
    }
    let colors = Int(tigetnum("colors"))
    var environment = environment
    if !DirectColor.fits(term: term) { environment["COLORTERM"] = nil }
    depth = ColorDepth.detect(choice: color, environment: environment, terminalColors: colors)
    self.term = term
  }

  /// Everything to undo, as one string that also a signal handler can write.
  var resetSequence: String {
    var text = ModeSequences.allOff
    text += Self.capability("sgr0") ?? "\u{1B}[m"
    text += Self.capability("op") ?? ""
    text += Self.capability("cnorm") ?? ""
    text += Self.capability("rmcup") ?? "\r\n"
    return text + (Self.capability("rmkx") ?? "")
  }

  /// A capability's text without the padding `$<5>` that only `tputs` understands.
  private static func capability(_ name: String) -> String? {
    guard let bytes = ct_capability(name) else { return nil }
    var text = ""
    var rest = Substring(String(cString: bytes))
    while let start = rest.firstRange(of: "$<") {
      text += rest[..<start.lowerBound]
      rest = rest[start.upperBound...].drop { $0 != ">" }.dropFirst()
    }
    return text + rest
  }
}

/// The private modes that terminfo does not know.
enum ModeSequences {
  /// Drags as well as clicks (1002), in the form without a limit on columns (1006).
  ///
  /// Mere motion (1003) would flood slow links.
  static let mouseOn = "\u{1B}[?1002h\u{1B}[?1006h"
  static let mouseOff = "\u{1B}[?1002l\u{1B}[?1006l"
  /// Bracketed paste and focus reports.
  static let on = "\u{1B}[?2004h\u{1B}[?1004h"
  static let allOff = mouseOff + "\u{1B}[?2004l\u{1B}[?1004l"
}
