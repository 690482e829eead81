import Analysis
import TerminalUI

extension AppState {
  /// Handles a decoded piece of terminal input.
  mutating func handle(_ input: Input) -> [Effect] {
    switch input {
    case .key(let press): return handle(press)
    case .paste(let text, _): return typeText(text)
    case .mouse(let mouse): return isMouseOn ? handle(mouse) : []
    case .focus, .reply: return []
    }
  }

  private mutating func handle(_ press: KeyPress) -> [Effect] {
    // Ctrl-C, Ctrl-Z and Ctrl-L mean the same everywhere, even while typing.
    if case .action(let action) = keymap.match([press], in: [.global]),
      [.quit, .suspend, .redraw].contains(action)
    {
      return perform(action)
    }
    if prompt != nil { return handleInPrompt(press) }
    if overlay != nil {
      switch handleInOverlay(press) {
      case .done: return []
      case .perform(let action): return perform(action)
      case .effects(let effects): return effects
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

  private mutating func handleInPrompt(_ press: KeyPress) -> [Effect] {
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
    case .tab:
      guard let completed = screen.type.complete(open.input.text, self) else { return [] }
      open.input.replace(completed)
      prompt = open
      return promptChanged(open.purpose, completed, isFinal: false)
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
    case .picker(var picker):
      picker.query.apply(.insert(text))
      picker.selected = 0
      overlay = .picker(picker)
    case .explanation: break
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
    if purpose == .write { return writeFile(text, isFinal: isFinal) }
    if purpose == .filterName { return nameFilter(text, isFinal: isFinal) }
    if purpose == .note { return Triage.noted(text, isFinal: isFinal, &self) }
    return screen.type.typed(purpose, text, isFinal: isFinal, &self)
  }

  private mutating func handle(_ mouse: Mouse) -> [Effect] {
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
    return screen.type.handle(mouse, in: bodyArea, &self)
  }
}
