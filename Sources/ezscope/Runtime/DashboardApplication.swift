import Analysis
import Basics
import Dashboard
import EvidenceIO
import Reports
import TerminalUI

/// The dashboard as the event loop sees it: its state, its theme, and the world its effects go to.
struct DashboardApplication: Application {
  typealias Message = Dashboard.Message

  var state: AppState
  private(set) var theme: Theme
  private let world: EffectRunner
  private let isUTF8: Bool
  private let fillsBands: Bool
  /// Where the next start goes on from.
  private let resumeFile: ResumeFile?
  /// Whether a file was cut while it was open, and that has been said.
  private var isCut = false
  /// The guided tour, while it plays.
  private var tour: DemoPlayer?
  private static let tick = Duration.milliseconds(100)

  init(
    state: AppState, theme: Theme, world: EffectRunner, isUTF8: Bool,
    fillsBands: Bool, resumeFile: ResumeFile? = nil, tour: DemoPlayer? = nil
  ) {
    self.state = state
    self.theme = theme
    self.world = world
    self.isUTF8 = isUTF8
    self.fillsBands = fillsBands
    self.resumeFile = resumeFile
    self.tour = tour
    self.state.theme = theme.name
    self.state.glyphs = Self.glyphs(theme, isUTF8: isUTF8, fillsBands: fillsBands)
  }

  var modes: Modes { Modes(mouse: state.isMouseOn, cursor: state.prompt != nil) }
  /// But for the tour nothing moves by itself: the processor is left alone.
  var tickInterval: Duration? { tour == nil || tour?.isPaused == true ? nil : Self.tick }

  func view(size: Size) -> Frame {
    var state = state
    state.size = size
    return state.view()
  }

  mutating func handle(_ event: Event<Message>) -> LoopDirective {
    if !isCut, let cut = FileBytes.shrunk {
      // Zeros stand for what is gone: no figure can be trusted any more.
      isCut = true
      _ = state.update(.message(.failed(cut)))
    }
    let effects: [Effect]
    switch event {
    case .input(let input):
      guard !takesForTour(input) else { return .redraw }
      world.lookAround()
      effects = state.update(.input(input))
    case .resize(let size): effects = state.update(.resize(size))
    case .message(let message): effects = state.update(.message(message))
    case .tick:
      guard let more = advanceTour() else { return .ignore }
      effects = more
    case .stop:
      world.cancelAll()
      return .ignore
    }
    // What is looked at is computed before anything else.
    world.look(at: AnalysisFocus(run: state.run, attack: state.attack))
    // Answers to a stop's keys come later, and change the figures its caption tells of.
    if tour != nil { state.caption = tour?.caption(state) }
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
    case .useTheme(let name): use(Theme.builtIn(name))
    case .suspend: directive.suspends = true
    case .redraw: directive.repaints = true
    case .quit:
      world.cancelAll()
      directive.quits = 0
    case .changeFilters(let change): world.change(change, in: resumeFile)
    case .write(let request): world.write(bytes(request), to: request.path)
    case .compute, .record, .reload: world.run(effect)
    }
  }

  /// Space pauses the tour; any other key ends it and means what it always means.
  private mutating func takesForTour(_ input: Input) -> Bool {
    guard tour != nil, case .key(let press) = input else { return false }
    if press == KeyPress(.character(" ")) {
      tour?.togglePause()
      return true
    }
    tour = nil
    state.caption = nil
    return false
  }

  /// Lets the tour go on; nil if nothing changed.
  private mutating func advanceTour() -> [Effect]? {
    // It tells of figures, so it waits until they are there.
    guard state.isFullyScored, let step = tour?.advance(by: Self.tick / .seconds(1)) else {
      return nil
    }
    switch step {
    case .nothing: return nil
    case .press(let keys):
      let effects = keys.flatMap { state.update(.input(.key($0))) }
      state.caption = tour?.caption(state)
      return effects + state.settle()
    case .finished:
      tour = nil
      state.caption = nil
      state.notice = Notice(.info, "That was the tour; ? lists every key, q quits")
      return []
    }
  }

  /// The content of a file as its name asks for it.
  private func bytes(_ request: FileRequest) -> [UInt8] {
    switch request.content {
    case .list(let list):
      return Array((request.format == .csv ? csv(list) : jsonLines(list)).utf8)
    case .picture(let frame):
      switch request.format {
      case .svg: return Array(frame.svg(theme, title: "ezscope: \(state.screen.title)").utf8)
      case .ansi: return frame.ansi(theme, depth: .truecolor)
      case .txt, .csv, .jsonl: return Array((frame.text() + "\n").utf8)
      }
    }
  }

  private func csv(_ list: ListContent) -> String {
    ([list.columns] + list.rows).map { CSVText.row($0, numbersStand: true) }.joined()
  }

  private func jsonLines(_ list: ListContent) -> String {
    list.rows.map { row in
      JSON.object(zip(list.columns, row).map { (key: $0, value: JSON.string($1)) }).line + "\n"
    }.joined()
  }

  private mutating func useNextTheme() {
    let names = Theme.builtInNames
    let current = names.firstIndex(of: theme.name) ?? -1
    use(Theme.builtIn(names[(current + 1) % names.count]))
  }

  private mutating func use(_ next: Theme?) {
    guard let next else { return }
    theme = next
    let glyphs = Self.glyphs(next, isUTF8: isUTF8, fillsBands: fillsBands)
    _ = state.update(.message(.themed(name: next.name, glyphs)))
  }

  /// ASCII glyphs where the theme or the terminal asks for them.
  private static func glyphs(_ theme: Theme, isUTF8: Bool, fillsBands: Bool) -> GlyphSet {
    (isUTF8 ? theme.glyphs : .ascii).fillingBands(fillsBands)
  }
}
