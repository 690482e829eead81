import TerminalUI

extension Redaction {
  /// What stands at the top of every screen while texts are hidden; empty while they are not.
  package var banner: String {
    switch self {
    case .off: ""
    case .patterns: "redacted: patterns"
    case .all: "REDACTED"
    case .blank: "REDACTED, no shapes"
    }
  }

  /// What has just become of the texts.
  package var sentence: String {
    switch self {
    case .off: "Texts, ids and metadata are shown as they are"
    case .patterns:
      "Hidden: digits, capitalised words, addresses, shapes of secrets; other names can be read"
    case .all: "Hidden: every letter and digit of texts, ids and metadata; lengths show"
    case .blank: "Hidden: texts, ids and metadata, even their lengths"
    }
  }

  /// A value of a sequence's metadata; counts are no text.
  package func metadata(_ value: String, of key: String) -> String {
    key == "duplicates" ? value : text(value)
  }
}
