import Analysis
import ScoringCore
import TerminalUI

@testable import Dashboard

/// Drives the dashboard as a user would, without a terminal; effects are carried out at once.
struct Story {
  private(set) var state: AppState
  /// Effects that are not the story's to carry out, oldest first: copy, quit, suspend and so on.
  private(set) var effects: [Effect] = []
  /// Requests not carried out because `isPatient` holds them back.
  private(set) var held: [Effect] = []
  /// Whether requests wait in `held` instead of being answered at once.
  var isPatient = false

  /// Opens an experiment; without one it is still being read, without analyses being scored.
  init(
    _ width: Int = 120, _ height: Int = 40, on screen: ScreenID? = nil,
    experiment: ExperimentSnapshot? = Sample.experiment,
    analyses: [RunAnalysis]? = Sample.analyses, glyphs: GlyphSet = .unicode,
    prepare: (inout AppState) -> Void = { _ in }
  ) throws {
    state = AppState(
      size: Size(width: width, height: height), keymap: try DashboardKeymap.standard(),
      glyphs: glyphs)
    prepare(&state)
    guard let experiment else { return }
    send(.opened(experiment))
    for (run, analysis) in (analyses ?? []).enumerated() { send(.analysed(run: run, analysis)) }
    if let place = screen.flatMap(ScreenID.allCases.firstIndex) { press(String(place + 1)) }
  }

  /// Presses keys, spelled as keymap files spell them.
  mutating func press(_ keys: String...) {
    for key in keys {
      guard let chord = Chord(key) else { preconditionFailure("'\(key)' is no key") }
      for press in chord.presses { take(.input(.key(press))) }
    }
  }

  /// Types text into an open prompt, one key a character.
  mutating func type(_ text: String) {
    for character in text { take(.input(.key(.character(character)))) }
  }

  /// Opens a prompt by its key, types into it and confirms.
  mutating func ask(_ key: String, _ text: String) {
    press(key)
    type(text)
    press("enter")
  }

  mutating func paste(_ text: String) { take(.input(.paste(text, droppedBytes: 0))) }
  mutating func mouse(_ kind: Mouse.Kind, _ x: Int, _ y: Int, _ modifiers: Modifiers = []) {
    take(.input(.mouse(Mouse(kind, at: Point(x: x, y: y), modifiers))))
  }
  mutating func click(_ x: Int, _ y: Int) { mouse(.press(.left), x, y) }
  mutating func resize(_ width: Int, _ height: Int) {
    take(.resize(Size(width: width, height: height)))
  }
  mutating func send(_ message: Message) { take(.message(message)) }

  /// Presses the left button where a text stands on screen; false if it is not there.
  @discardableResult
  mutating func click(on text: String) -> Bool {
    guard let place = place(of: text) else { return false }
    click(place.x, place.y)
    return true
  }

  /// Carries out the requests held back, in the order they were made or in reverse.
  mutating func answerHeld(reversed: Bool = false) {
    let waiting = reversed ? held.reversed() : held
    held = []
    for effect in waiting { answer(effect) }
  }

  private mutating func take(_ event: DashboardEvent) {
    for effect in state.update(event) {
      switch effect {
      case .compute: if isPatient { held.append(effect) } else { answer(effect) }
      case .record, .copy, .write, .changeFilters, .reload, .useTheme, .nextTheme, .suspend,
        .redraw, .quit:
        effects.append(effect)
      }
    }
  }

  private mutating func answer(_ effect: Effect) {
    guard case .compute(let computation) = effect else { return effects.append(effect) }
    if let answer = computation.answer() { send(.computed(answer)) }
  }
}

extension Story {
  var frame: Frame { state.view() }
  /// The screen as text, trailing blanks cut.
  var text: String { lines.joined(separator: "\n") }
  var lines: [String] {
    let frame = frame
    return (0..<frame.size.height).map { y in
      var line = frame.row(y).reduce(into: "") { $0 += $1.glyph.text }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
  /// One letter a style, then what the letters mean.
  var roles: String { frame.roles() }
  var copied: [String] {
    effects.compactMap { if case .copy(let text) = $0 { text } else { nil } }
  }

  /// Where a text first stands on screen.
  func place(of text: String) -> Point? {
    for (y, line) in lines.enumerated() {
      guard let range = line.firstRange(of: text) else { continue }
      // Wide glyphs take two cells and one place in the text.
      return Point(x: TextMeasure.width(String(line[..<range.lowerBound])), y: y)
    }
    return nil
  }

  /// The style of the first cell of a text on screen.
  func style(of text: String) -> Style? { place(of: text).map { frame[$0].style } }
}
