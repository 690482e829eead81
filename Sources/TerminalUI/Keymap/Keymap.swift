import Basics

/// The one table of what keys do: dispatch, help, hints, documentation and settings all read it.
///
/// `Action` and `Context` are the program's own enums; their raw values are the names that files
/// and documentation use. Contexts are layers: callers name those in force, innermost first, and
/// an inner layer's key shadows an outer one's.
package struct Keymap<Action, Context>: Sendable
where
  Action: RawRepresentable<String> & CaseIterable & Hashable & Sendable,
  Context: RawRepresentable<String> & CaseIterable & Hashable & Sendable
{
  /// A line of the table.
  package struct Binding: Sendable {
    package var action: Action
    /// As keymap files spell them: `"j"`, `"ctrl-d"`, `"m l"`.
    package var chords: [String]
    package var contexts: [Context]
    /// A word or two for the hint line; neighbours with the same word share one hint.
    package var short: String
    /// A sentence for help.
    package var long: String
    /// The heading it stands under in help.
    package var group: String
    package var isHint: Bool

    package init(
      _ action: Action, _ chords: [String], in contexts: [Context], short: String, long: String,
      group: String, isHint: Bool = false
    ) {
      self.action = action
      self.chords = chords
      self.contexts = contexts
      self.short = short
      self.long = long
      self.group = group
      self.isHint = isHint
    }
  }

  /// What a key press, after those already pending, comes to.
  package enum Match: Hashable, Sendable {
    case action(Action)
    /// The start of a longer chord: keep the presses and wait for the next.
    case pending
    case unbound
  }

  package let table: [Binding]
  private let chordsByAction: [Action: [Chord]]
  private let actions: [Context: [Chord: Action]]
  private let prefixes: [Context: Set<Chord>]

  /// Reads the table's chords and refuses a table in which a key would mean two things.
  package init(_ table: [Binding]) throws(KeymapError) {
    var chordsByAction: [Action: [Chord]] = [:]
    for binding in table {
      guard chordsByAction[binding.action] == nil else {
        throw .boundTwice(action: binding.action.rawValue)
      }
      chordsByAction[binding.action] = try Self.chords(of: binding)
    }
    try self.init(table, chordsByAction)
  }

  init(_ table: [Binding], _ chordsByAction: [Action: [Chord]]) throws(KeymapError) {
    self.table = table
    self.chordsByAction = chordsByAction
    var actions: [Context: [Chord: Action]] = [:]
    var prefixes: [Context: Set<Chord>] = [:]
    for binding in table {
      for (context, chord) in Self.places(binding, chordsByAction) {
        let known = actions[context] ?? [:]
        // Either chord may hide the other: the same, or the beginning of it.
        let rival = known.first { $0.key.starts(with: chord) || chord.starts(with: $0.key) }
        if let rival {
          throw .conflict(
            Conflict(
              first: rival.value.rawValue, firstChord: rival.key.description,
              second: binding.action.rawValue, secondChord: chord.description,
              context: context.rawValue))
        }
        actions[context, default: [:]][chord] = binding.action
        for length in 1..<chord.presses.count {
          prefixes[context, default: []].insert(Chord(Array(chord.presses.prefix(length))))
        }
      }
    }
    self.actions = actions
    self.prefixes = prefixes
  }

  private static func places(
    _ binding: Binding, _ chords: [Action: [Chord]]
  ) -> [(Context, Chord)] {
    binding.contexts.flatMap { context in
      (chords[binding.action] ?? []).map { (context, $0) }
    }
  }

  static func chords(of binding: Binding) throws(KeymapError) -> [Chord] {
    try chords(binding.chords, for: binding.action)
  }

  static func chords(_ texts: [String], for action: Action) throws(KeymapError) -> [Chord] {
    var chords: [Chord] = []
    for text in texts {
      guard let chord = Chord(text) else {
        let part = Chord.unreadablePart(of: text) ?? text
        throw .unreadableChord(
          text: text, action: action.rawValue,
          nearest: nearestWord(to: part, in: Key.allSpellings))
      }
      if !chords.contains(chord) { chords.append(chord) }
    }
    return chords
  }

  /// What these presses mean with `contexts` in force, innermost first.
  package func match(_ presses: [KeyPress], in contexts: [Context]) -> Match {
    let chord = Chord(presses)
    for context in contexts {
      if let action = actions[context]?[chord] { return .action(action) }
      if prefixes[context]?.contains(chord) == true { return .pending }
    }
    return .unbound
  }

  /// Takes one more key: the action it completes, if any; `pending` keeps an unfinished chord.
  package func action(
    for press: KeyPress, in contexts: [Context], after pending: inout [KeyPress]
  ) -> Match {
    let presses = pending + [press]
    let match = match(presses, in: contexts)
    pending = match == .pending ? presses : []
    return match
  }

  /// The keys bound to an action, the preferred one first.
  package func chords(for action: Action) -> [Chord] { chordsByAction[action] ?? [] }

  package func binding(for action: Action) -> Binding? { table.first { $0.action == action } }

  var allChords: [Action: [Chord]] { chordsByAction }
}

/// Two actions that would need the same keys in one context.
package struct Conflict: Hashable, Sendable {
  package var first: String
  package var firstChord: String
  package var second: String
  package var secondChord: String
  package var context: String
}

/// Why a table of keys cannot be used.
package enum KeymapError: Error, Hashable, CustomStringConvertible {
  case unreadableChord(text: String, action: String, nearest: String?)
  case conflict(Conflict)
  case boundTwice(action: String)

  package var description: String {
    switch self {
    case .unreadableChord(let text, let action, let nearest):
      let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "write it like \"ctrl-d\" or \"m l\""
      return "\(action): \"\(text)\" is not a key; \(hint)"
    case .conflict(let it) where it.firstChord == it.secondChord:
      return "\"\(it.firstChord)\" is bound to both \(it.first) and \(it.second) in "
        + "\(it.context); give one of them another key"
    case .conflict(let it):
      return "\"\(it.firstChord)\" (\(it.first)) and \"\(it.secondChord)\" (\(it.second)) begin "
        + "alike in \(it.context), so one could never be typed; give one another key"
    case .boundTwice(let action):
      return "\(action) stands in the table twice; join its keys in one line"
    }
  }
}
