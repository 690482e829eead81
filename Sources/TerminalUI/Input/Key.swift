/// A key of the keyboard, however the terminal spelled it.
package enum Key: Hashable, Sendable {
  /// One typed scalar; a combining mark arrives as a key of its own.
  case character(Character)
  case enter, tab, escape, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  /// F1 and up.
  case function(Int)
}

/// The keys held down with another.
package struct Modifiers: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let shift = Modifiers(rawValue: 1)
  package static let alt = Modifiers(rawValue: 2)
  package static let control = Modifiers(rawValue: 4)
}

/// A key and its modifiers in one spelling, so that two terminals' reports of it compare equal.
///
/// Shift on a character is folded into the character, and the control characters that have a key
/// of their own (Ctrl-I is Tab, Ctrl-M Enter, Ctrl-H Backspace, Ctrl-[ Escape) become that key.
package struct KeyPress: Hashable, Sendable {
  package let key: Key
  package let modifiers: Modifiers

  package init(_ key: Key, _ modifiers: Modifiers = []) {
    guard case .character(let character) = key else {
      self.key = key
      self.modifiers = modifiers
      return
    }
    if modifiers.contains(.control) {
      if let twin = Self.controlTwins[character] {
        self.key = twin
        self.modifiers = modifiers.subtracting(.control)
      } else {
        self.key = .character(Self.recased(character, character.lowercased()))
        self.modifiers = modifiers.subtracting(.shift)
      }
    } else if modifiers.contains(.shift) {
      self.key = .character(Self.recased(character, character.uppercased()))
      self.modifiers = modifiers.subtracting(.shift)
    } else {
      self.key = key
      self.modifiers = modifiers
    }
  }

  private static let controlTwins: [Character: Key] = [
    "i": .tab, "I": .tab, "m": .enter, "M": .enter, "j": .enter, "J": .enter,
    "h": .backspace, "H": .backspace, "[": .escape,
  ]

  /// Some letters change case into two ("ß" is "SS"): those stay as they are.
  private static func recased(_ character: Character, _ text: String) -> Character {
    text.count == 1 ? text.first ?? character : character
  }
}
