import Basics

extension Keymap {
  /// The table with a user's keys: lines of `action = "key"` or `action = ["key", "other"]`.
  ///
  /// An empty list unbinds an action. Whatever cannot be used is left at its default and told in
  /// a warning: a bad file never keeps the program from starting.
  package func applying(
    toml text: String, file: String
  ) -> (keymap: Keymap, warnings: [KeymapWarning]) {
    let written = KeymapFile(toml: text, file: file)
    var warnings = written.warnings
    var overrides: [Action: [Chord]] = [:]
    var lines: [Action: Int] = [:]
    for setting in written.settings {
      switch read(setting) {
      case .success(let (action, chords)):
        overrides[action] = chords
        lines[action] = setting.line
      case .failure(let problem):
        warnings.append(
          KeymapWarning(file: file, line: setting.line, message: problem.message))
      }
    }
    // Together, so that two actions can swap keys; then those that conflict are dropped.
    while let (culprit, message) = conflict(overrides) {
      overrides[culprit] = nil
      warnings.append(KeymapWarning(file: file, line: lines[culprit], message: message))
    }
    warnings.sort { one, other in (one.line ?? 0) < (other.line ?? 0) }
    let chords = allChords.merging(overrides) { _, new in new }
    return ((try? Keymap(table, chords)) ?? self, warnings)
  }

  private func read(
    _ setting: KeymapFile.Setting
  ) -> Result<(Action, [Chord]), SettingError> {
    guard let action = Action(rawValue: setting.name), allChords[action] != nil else {
      let nearest = nearestWord(to: setting.name, in: table.map { $0.action.rawValue })
      let hint = nearest.map { "did you mean \($0)?" } ?? "`ezscope keys` lists the names"
      return .failure(
        SettingError(message: "there is no action \"\(setting.name)\"; \(hint)"))
    }
    do {
      return .success((action, try Self.chords(setting.chords, for: action)))
    } catch {
      return .failure(SettingError(message: "\(error)"))
    }
  }

  /// The override to drop next, and why; nil when the keys agree.
  private func conflict(_ overrides: [Action: [Chord]]) -> (Action, String)? {
    do {
      _ = try Keymap(table, allChords.merging(overrides) { _, new in new })
      return nil
    } catch {
      guard case .conflict(let conflict) = error else { return nil }
      for name in [conflict.second, conflict.first] {
        guard let action = Action(rawValue: name), overrides[action] != nil else { continue }
        return (action, "\(error)")
      }
      return nil
    }
  }
}

private struct SettingError: Error { var message: String }
