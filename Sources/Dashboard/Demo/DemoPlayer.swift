import TerminalUI

/// Plays the tour: presses its keys and holds its captions, by a clock it is told about.
package struct DemoPlayer: Sendable {
  /// What the player wants after being told of time or a key.
  package enum Step: Sendable {
    case nothing
    /// Press these keys; the caption belongs to the screen they lead to.
    case press([KeyPress])
    case finished
  }

  private let steps: [DemoStep]
  private var next = 0
  private var remaining = 0.0
  package private(set) var isPaused = false

  package init(steps: [DemoStep] = DemoScript.steps()) { self.steps = steps }

  /// The stop being shown, counted from 1, of how many.
  package var place: (current: Int, count: Int) { (next, steps.count) }

  package mutating func togglePause() { isPaused.toggle() }

  /// Tells the player that some seconds have passed.
  package mutating func advance(by seconds: Double) -> Step {
    guard !isPaused else { return .nothing }
    remaining -= seconds
    guard remaining <= 0 else { return .nothing }
    guard next < steps.count else { return .finished }
    let step = steps[next]
    next += 1
    remaining = step.seconds
    return .press(step.keys.flatMap { Chord($0)?.presses ?? [] })
  }

  /// The caption of the stop being shown, from the figures of a state.
  package func caption(_ state: AppState) -> String? {
    next > 0 ? steps[next - 1].caption(state) : nil
  }

  /// How long the stop being shown lasts, in seconds.
  package var seconds: Double { next > 0 ? steps[next - 1].seconds : 0 }
}
