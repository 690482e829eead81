import TerminalUI

/// The help overlay's memory: what is typed to filter it, and how far it is scrolled.
package struct HelpState: Sendable {
  package var filter = PromptState()
  package var scroll = 0
  package init() {}
}

/// The command palette's memory: what is typed, and which match is selected.
package struct PaletteState: Sendable {
  package var query = PromptState()
  package var selected = 0
  package init() {}
}

extension AppState {
  /// The help overlay over the current screen.
  var helpOverlay: HelpOverlay {
    let state = if case .help(let help) = overlay { help } else { HelpState() }
    let groups = keymap.help(in: [screen.context, .global], arrows: !look.isASCII).map { section in
      HelpOverlay.Group(
        section.title,
        section.rows.map { HelpOverlay.Entry($0.keys.joined(separator: " "), $0.long) })
    }
    return HelpOverlay(
      title: "Keys on \(screen.title)", groups: groups, filter: state.filter, scroll: state.scroll)
  }

  /// The palette of the actions that make sense on the current screen.
  var paletteOverlay: Palette {
    let state = if case .palette(let palette) = overlay { palette } else { PaletteState() }
    var items = paletteActions.map { binding in
      Palette.Item(
        binding.action.rawValue, note: binding.long,
        keys: keymap.chords(for: binding.action).first?.label(arrows: !look.isASCII) ?? "")
    }
    #if DEBUG
      items.append(Palette.Item(Action.crash.rawValue, note: "Trap at once (debug builds only)"))
    #endif
    return Palette(items: items, query: state.query, selected: state.selected)
  }

  private var paletteActions: [DashboardKeymap.Binding] {
    keymap.table.filter {
      $0.contexts.contains(.global) || $0.contexts.contains(screen.context)
    }
  }

  /// Lets an open overlay have a key; false if the key means what it always means.
  mutating func takeInOverlay(_ press: KeyPress) -> OverlayAnswer {
    switch overlay {
    case .help(var help):
      let last = helpOverlay.lastScroll(in: bodyArea)
      switch press.key {
      case .escape, .enter:
        overlay = nil
        return .done
      case .down: help.scroll = min(help.scroll + 1, last)
      case .up: help.scroll = max(0, help.scroll - 1)
      case .pageDown: help.scroll = min(help.scroll + 10, last)
      case .pageUp: help.scroll = max(0, help.scroll - 10)
      default:
        guard let edit = PromptState.Edit(press) else { return .pass }
        help.filter.apply(edit)
        help.scroll = 0
      }
      overlay = .help(help)
      return .done
    case .palette(let palette): return takeInPalette(press, palette)
    case nil: return .pass
    }
  }

  /// What an overlay made of a key.
  enum OverlayAnswer {
    case pass
    case done
    case perform(Action)
  }

  private mutating func takeInPalette(_ press: KeyPress, _ state: PaletteState) -> OverlayAnswer {
    var palette = state
    let count = paletteOverlay.matches.count
    switch press.key {
    case .escape:
      overlay = nil
      return .done
    case .enter:
      let choice = paletteOverlay.choice.flatMap { Action(rawValue: $0.name) }
      overlay = nil
      return choice.map { .perform($0) } ?? .done
    case .down, .tab: palette.selected = min(palette.selected + 1, max(0, count - 1))
    case .up: palette.selected = max(0, palette.selected - 1)
    default:
      guard let edit = PromptState.Edit(press) else { return .pass }
      palette.query.apply(edit)
      palette.selected = 0
    }
    overlay = .palette(palette)
    return .done
  }
}

extension PromptState.Edit {
  /// What a key does to a line of input; nil if it does nothing there.
  init?(_ press: KeyPress) {
    switch (press.key, press.modifiers) {
    case (.character(let character), []): self = .insert(String(character))
    case (.character("w"), .control), (.backspace, .alt): self = .deleteWord
    case (.character("u"), .control): self = .deleteAll
    case (.character("k"), .control): self = .deleteToEnd
    case (.character("a"), .control), (.home, _): self = .home
    case (.character("e"), .control), (.end, _): self = .end
    case (.left, .control), (.left, .alt): self = .wordLeft
    case (.right, .control), (.right, .alt): self = .wordRight
    case (.backspace, _): self = .backspace
    case (.delete, _): self = .delete
    case (.left, _): self = .left
    case (.right, _): self = .right
    case (.up, _): self = .historyBack
    case (.down, _): self = .historyForward
    default: return nil
    }
  }
}
