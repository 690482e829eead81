/// A row of help: an action with the keys that run it now.
package struct KeyHelp<Action: Hashable & Sendable>: Hashable, Sendable {
  package var action: Action
  /// Labels as people read them, the preferred one first.
  package var keys: [String]
  package var short: String
  package var long: String
}

/// Help rows under one heading.
package struct KeyHelpSection<Action: Hashable & Sendable>: Hashable, Sendable {
  package var title: String
  package var rows: [KeyHelp<Action>]
}

/// A key and a word for the hint line; `actions` has two for a pair such as `j/k move`.
package struct KeyHint<Action: Hashable & Sendable>: Hashable, Sendable {
  package var actions: [Action]
  package var keys: String
  package var text: String
}

extension Keymap {
  /// The help rows of some contexts (all when nil), under their headings in the table's order.
  ///
  /// With contexts, a chord an inner context takes away from an outer one is left out.
  package func help(
    in contexts: [Context]? = nil, arrows: Bool = true
  ) -> [KeyHelpSection<Action>] {
    var sections: [KeyHelpSection<Action>] = []
    for binding in table {
      let chords = chords(of: binding, in: contexts)
      guard !chords.isEmpty else { continue }
      let row = KeyHelp(
        action: binding.action, keys: chords.map { $0.label(arrows: arrows) },
        short: binding.short, long: binding.long)
      if let index = sections.firstIndex(where: { $0.title == binding.group }) {
        sections[index].rows.append(row)
      } else {
        sections.append(KeyHelpSection(title: binding.group, rows: [row]))
      }
    }
    return sections
  }

  /// The hint line for the contexts in force: the innermost context's hints first.
  package func hints(in contexts: [Context], arrows: Bool = true) -> [KeyHint<Action>] {
    var hints: [KeyHint<Action>] = []
    var seen: Set<Action> = []
    for context in contexts {
      for binding in table where binding.isHint && binding.contexts.contains(context) {
        guard let chord = chords(of: binding, in: contexts).first,
          seen.insert(binding.action).inserted
        else { continue }
        let keys = chord.label(arrows: arrows)
        if let last = hints.indices.last, hints[last].text == binding.short {
          hints[last].actions.append(binding.action)
          hints[last].keys += "/" + keys
        } else {
          hints.append(KeyHint(actions: [binding.action], keys: keys, text: binding.short))
        }
      }
    }
    return hints
  }

  /// What may follow the presses of an unfinished chord.
  package func continuations(
    of pending: [KeyPress], in contexts: [Context], arrows: Bool = true
  ) -> [KeyHint<Action>] {
    table.flatMap { binding in
      chords(of: binding, in: contexts)
        .filter { $0.presses.count > pending.count && $0.starts(with: Chord(pending)) }
        .map { chord in
          let rest = Chord(Array(chord.presses.dropFirst(pending.count)))
          return KeyHint(
            actions: [binding.action], keys: rest.label(arrows: arrows), text: binding.short)
        }
    }
  }

  /// The table as Markdown, for the documentation.
  package func markdown() -> String {
    var lines: [String] = []
    for section in help(arrows: false) {
      if !lines.isEmpty { lines.append("") }
      lines += ["### \(section.title)", "", "| Keys | What it does | Where | Name |"]
      lines.append("|---|---|---|---|")
      for row in section.rows {
        let keys = row.keys.map(Self.code).joined(separator: " ")
        let contexts = binding(for: row.action)?.contexts.map(\.rawValue) ?? []
        lines.append(
          "| \(keys) | \(Self.cell(row.long)) | \(Self.cell(contexts.joined(separator: ", "))) "
            + "| `\(row.action.rawValue)` |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The chords that reach the action when these contexts are in force.
  private func chords(of binding: Binding, in contexts: [Context]?) -> [Chord] {
    let all = chords(for: binding.action)
    guard let contexts else { return all }
    return all.filter { match($0.presses, in: contexts) == .action(binding.action) }
  }

  private static func code(_ key: String) -> String {
    cell(key.contains("`") ? "`` \(key) ``" : "`\(key)`")
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
