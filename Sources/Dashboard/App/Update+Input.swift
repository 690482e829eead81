import TerminalUI

extension AppState {
  /// Takes a decoded piece of terminal input.
  mutating func take(_ input: Input) -> [Effect] {
    switch input {
    case .key(let press): return take(press)
    case .paste(let text, _): return typeText(text)
    case .mouse(let mouse): return isMouseOn ? take(mouse) : []
    case .focus, .reply: return []
    }
  }

  private mutating func take(_ press: KeyPress) -> [Effect] {
    // Ctrl-C, Ctrl-Z and Ctrl-L mean the same everywhere, even while typing.
    if case .action(let action) = keymap.match([press], in: [.global]),
      [.quit, .suspend, .redraw].contains(action)
    {
      return perform(action)
    }
    if prompt != nil { return takeInPrompt(press) }
    if overlay != nil {
      switch takeInOverlay(press) {
      case .done: return []
      case .perform(let action): return perform(action)
      case .pass: break
      }
    }
    switch keymap.action(for: press, in: [screen.context, .global], after: &pending) {
    case .action(let action): return perform(action)
    case .pending: return []
    case .unbound:
      notice = nil
      return []
    }
  }

  private mutating func takeInPrompt(_ press: KeyPress) -> [Effect] {
    guard var open = prompt else { return [] }
    if case .markAll(let verdict) = open.purpose { return Triage.answer(press, verdict, &self) }
    switch press.key {
    case .escape:
      prompt = nil
      return promptChanged(open.purpose, nil, isFinal: true)
    case .enter:
      let text = open.input.commit()
      prompt = nil
      return promptChanged(open.purpose, text, isFinal: true)
    default:
      guard let edit = PromptState.Edit(press) else { return [] }
      open.input.apply(edit)
      prompt = open
      return promptChanged(open.purpose, open.input.text, isFinal: false)
    }
  }

  /// Pasted text goes where text is typed, and nowhere else: it never runs keys.
  private mutating func typeText(_ text: String) -> [Effect] {
    if case .markAll = prompt?.purpose { return [] }
    if var open = prompt {
      open.input.apply(.insert(text))
      prompt = open
      return promptChanged(open.purpose, open.input.text, isFinal: false)
    }
    switch overlay {
    case .help(var help):
      help.filter.apply(.insert(text))
      overlay = .help(help)
    case .palette(var palette):
      palette.query.apply(.insert(text))
      overlay = .palette(palette)
    case nil:
      notice = Notice(.info, "Pasted text goes into a search or filter: press / or f first")
    }
    return []
  }

  /// Tells the screen what is typed; nil if typing was given up.
  private mutating func promptChanged(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool
  ) -> [Effect] {
    guard experiment != nil else { return [] }
    if purpose == .note { return Triage.noted(text, isFinal: isFinal, &self) }
    switch screen {
    case .sequences: return SequencesScreen.prompted(purpose, text, isFinal: isFinal, &self)
    case .tokens: return TokensScreen.prompted(purpose, text, isFinal: isFinal, &self)
    case .runs, .roc, .compare: return []
    }
  }

  private mutating func take(_ mouse: Mouse) -> [Effect] {
    if case .press(.left) = mouse.kind, overlay == nil {
      if let tab = tabBar.hit(mouse.point, in: tabArea) {
        return show(ScreenID.allCases[tab])
      }
      if let hint = hintLine.hit(mouse.point, in: bottomArea), prompt == nil, notice == nil {
        let action = hints[hint].actions.first
        return action.map { perform($0) } ?? []
      }
    }
    guard overlay == nil, experiment != nil else { return [] }
    switch screen {
    case .runs: return RunsScreen.take(mouse, in: bodyArea, &self)
    case .sequences: return SequencesScreen.take(mouse, in: bodyArea, &self)
    case .tokens: return TokensScreen.take(mouse, in: bodyArea, &self)
    case .roc: return ROCScreen.take(mouse, in: bodyArea, &self)
    case .compare: return CompareScreen.take(mouse, in: bodyArea, &self)
    }
  }
}
