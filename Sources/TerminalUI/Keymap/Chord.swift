import Basics

/// One or more key presses in a row that mean one thing: `]`, `ctrl-d`, `m l`.
package struct Chord: Hashable, Sendable {
  package let presses: [KeyPress]

  package init(_ presses: [KeyPress]) { self.presses = presses }

  /// Reads the spelling of keymap files: names joined by spaces, modifiers in front with hyphens.
  ///
  /// Nil when some part is no key; `unreadablePart(of:)` tells which.
  package init?(_ text: String) {
    let parts = text.split(separator: " ")
    let presses = parts.compactMap { KeyPress(spelling: $0) }
    guard !parts.isEmpty, presses.count == parts.count else { return nil }
    self.init(presses)
  }

  /// The key name in it that is none, without its modifiers.
  static func unreadablePart(of text: String) -> String? {
    text.split(separator: " ").first { KeyPress(spelling: $0) == nil }
      .map { String(KeyPress.modifiers(in: $0).rest) }
  }

  func starts(with other: Chord) -> Bool { presses.starts(with: other.presses) }

  /// As people read it: `Ctrl-D`, `m l`, `↓` (or `Down` without `arrows`).
  package func label(arrows: Bool = true) -> String {
    presses.map { $0.label(arrows: arrows) }.joined(separator: " ")
  }
}

extension Chord: CustomStringConvertible {
  /// As keymap files spell it; `Chord(description)` gives the chord back.
  package var description: String { presses.map(\.description).joined(separator: " ") }
}

extension KeyPress: CustomStringConvertible {
  init?(spelling text: Substring) {
    let (modifiers, rest) = Self.modifiers(in: text)
    guard let key = Key(spelling: rest) else { return nil }
    self.init(key, modifiers)
  }

  static func modifiers(in text: Substring) -> (Modifiers, rest: Substring) {
    var modifiers: Modifiers = []
    var rest = text
    // The hyphen itself is a key: `ctrl--`.
    while let (prefix, modifier) = modifierSpellings.first(where: {
      rest.lowercased().hasPrefix($0.0) && rest.count > $0.0.count
    }) {
      rest = rest.dropFirst(prefix.count)
      modifiers.insert(modifier)
    }
    return (modifiers, rest)
  }

  /// As keymap files spell it: `ctrl-d`, `shift-tab`, `space`, `]`.
  package var description: String {
    let held = Self.modifierSpellings.filter { modifiers.contains($0.1) }.map(\.0)
    return held.joined() + key.spelling
  }

  /// As people read it: `Ctrl-D`, `Shift-Tab`, `Space`, `↓`.
  package func label(arrows: Bool = true) -> String {
    var text = ""
    if modifiers.contains(.control) { text += "Ctrl-" }
    if modifiers.contains(.alt) { text += "Alt-" }
    if modifiers.contains(.shift) { text += "Shift-" }
    if case .character(let character) = key, character != " ", modifiers.contains(.control) {
      return text + character.uppercased()
    }
    return text + key.label(arrows: arrows)
  }

  private static let modifierSpellings: [(String, Modifiers)] = [
    ("ctrl-", .control), ("alt-", .alt), ("shift-", .shift),
  ]
}

extension Key {
  private static let names: [(spelling: String, key: Key, label: String)] = [
    ("enter", .enter, "Enter"), ("tab", .tab, "Tab"), ("esc", .escape, "Esc"),
    ("space", .character(" "), "Space"), ("backspace", .backspace, "Backspace"),
    ("delete", .delete, "Delete"), ("insert", .insert, "Insert"),
    ("up", .up, "Up"), ("down", .down, "Down"), ("left", .left, "Left"), ("right", .right, "Right"),
    ("home", .home, "Home"), ("end", .end, "End"), ("pgup", .pageUp, "PgUp"),
    ("pgdn", .pageDown, "PgDn"),
  ]
  private static let aliases: [String: Key] = [
    "return": .enter, "escape": .escape, "del": .delete, "ins": .insert,
    "pageup": .pageUp, "pagedown": .pageDown,
  ]
  private static let arrows: [Key: String] = [.up: "↑", .down: "↓", .left: "←", .right: "→"]
  static let functionKeys = 1...20

  init?(spelling text: Substring) {
    let name = text.lowercased()
    if let character = text.first, text.count == 1 {
      self = .character(character)
    } else if let named = Self.names.first(where: { $0.spelling == name }) {
      self = named.key
    } else if let alias = Self.aliases[name] {
      self = alias
    } else if name.first == "f", let number = Int(name.dropFirst()),
      Self.functionKeys.contains(number)
    {
      self = .function(number)
    } else {
      return nil
    }
  }

  var spelling: String {
    if let named = Self.names.first(where: { $0.key == self }) { return named.spelling }
    switch self {
    case .character(let character): return String(character)
    case .function(let number): return "f\(number)"
    default: return ""
    }
  }

  func label(arrows: Bool) -> String {
    if arrows, let arrow = Self.arrows[self] { return arrow }
    if let named = Self.names.first(where: { $0.key == self }) { return named.label }
    return spelling.count > 1 ? spelling.uppercased() : spelling
  }

  /// Every key name a keymap file may use, for suggestions.
  static let allSpellings: [String] = names.map(\.spelling) + functionKeys.map { "f\($0)" }
}
