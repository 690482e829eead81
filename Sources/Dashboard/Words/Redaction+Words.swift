import TerminalUI

extension Redaction {
  /// What stands at the top of every screen while texts are hidden; empty while they are not.
  package var banner: String {
    switch self {
    case .off: ""
    case .sensitive: "redacted: sensitive"
    case .all: "REDACTED"
    }
  }

  /// What has just become of the texts.
  package var sentence: String {
    switch self {
    case .off: "Texts are shown as they are"
    case .sensitive: "Hidden: digits, names, addresses and what looks like a secret"
    case .all: "Hidden: every letter and digit of the texts"
    }
  }

  /// A value of a sequence's metadata; counts are no text.
  package func metadata(_ value: String, of key: String) -> String {
    key == "duplicates" ? value : text(value)
  }
}
