import TerminalUI

/// The help overlay's memory: what is typed to filter it, and how far it is scrolled.
package struct HelpState: Sendable {
  package var filter = PromptState()
  package var scroll = 0
  package init() {}
}

extension AppState {
  /// The help overlay over the current screen.
  var helpOverlay: HelpOverlay {
    let state = if case .help(let help) = overlay { help } else { HelpState() }
    let groups = keymap.help(in: [screen.context, .global], arrows: !glyphs.isASCII).map {
      section in
      HelpOverlay.Group(
        section.title,
        section.rows.map { HelpOverlay.Entry($0.keys.joined(separator: " "), $0.long) })
    }
    return HelpOverlay(
      title: "Keys on \(screen.title)", groups: groups, filter: state.filter, scroll: state.scroll)
  }

  /// Lets an open overlay have a key; false if the key means what it always means.
  mutating func handleInOverlay(_ press: KeyPress) -> OverlayAnswer {
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
    case .picker(let picker): return handle(press, in: picker)
    case .explanation(let explanation): return handle(press, in: explanation)
    case nil: return .pass
    }
  }

  /// What an overlay made of a key.
  enum OverlayAnswer {
    case pass
    case done
    case perform(Action)
    case effects([Effect])
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
