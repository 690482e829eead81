import Dashboard
import TerminalUI

/// The dashboard as the event loop sees it: its state, its theme, and the world its effects go to.
struct DashboardApplication: Application {
  typealias Message = Dashboard.Message

  var state: AppState
  private(set) var theme: Theme
  private let world: EffectRunner
  private let isUTF8: Bool
  private let fillsBands: Bool

  init(
    state: AppState, theme: Theme, world: EffectRunner, isUTF8: Bool,
    fillsBands: Bool
  ) {
    self.state = state
    self.theme = theme
    self.world = world
    self.isUTF8 = isUTF8
    self.fillsBands = fillsBands
    self.state.theme = theme.name
    self.state.look = Self.look(theme, isUTF8: isUTF8, fillsBands: fillsBands)
  }

  var modes: Modes { Modes(mouse: state.isMouseOn, cursor: state.prompt != nil) }
  /// Nothing moves by itself: the processor is left alone until something happens.
  var tickInterval: Duration? { nil }

  func view(size: Size) -> Frame {
    var state = state
    state.size = size
    return state.view()
  }

  mutating func handle(_ event: Event<Message>) -> LoopDirective {
    let effects: [Effect]
    switch event {
    case .input(let input): effects = state.update(.input(input))
    case .resize(let size): effects = state.update(.resize(size))
    case .message(let message): effects = state.update(.message(message))
    case .tick: return .ignore
    case .stop:
      world.cancelAll()
      return .ignore
    }
    var directive = effects.reduce(into: LoopDirective.redraw) { perform($1, &$0) }
    // To a script, Ctrl-C is an interrupt, whether the terminal makes a signal of it or a key.
    if directive.quits != nil, case .input(.key(Self.interrupt)) = event {
      directive.quits = StopSignal.interrupt.exitCode
    }
    return directive
  }

  private static let interrupt = KeyPress(.character("c"), .control)

  private mutating func perform(_ effect: Effect, _ directive: inout LoopDirective) {
    switch effect {
    case .copy(let text): directive.copies = text
    case .nextTheme: useNextTheme()
    case .suspend: directive.suspends = true
    case .redraw: directive.repaints = true
    case .quit:
      world.cancelAll()
      directive.quits = 0
    case .arrange, .compare: world.run(effect)
    }
  }

  private mutating func useNextTheme() {
    let names = Theme.builtInNames
    let current = names.firstIndex(of: theme.name) ?? -1
    guard let next = Theme.builtIn(names[(current + 1) % names.count]) else { return }
    theme = next
    let look = Self.look(next, isUTF8: isUTF8, fillsBands: fillsBands)
    _ = state.update(.message(.themed(name: next.name, look)))
  }

  /// ASCII glyphs where the theme or the terminal asks for them.
  private static func look(_ theme: Theme, isUTF8: Bool, fillsBands: Bool) -> Look {
    Look(glyphs: isUTF8 ? theme.glyphs : .ascii, fillsBands: fillsBands)
  }
}
