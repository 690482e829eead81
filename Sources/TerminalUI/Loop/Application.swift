import Glibc

/// What an application is told.
package enum Event<Message: Sendable>: Sendable {
  case input(Input)
  case resize(Size)
  case message(Message)
  /// The tick interval has passed.
  case tick
  /// The program is being ended from outside; the last chance to save. It ends after this.
  case stop(StopSignal)
}

extension Event: Equatable where Message: Equatable {}

/// A signal that ends the program; its raw value is the signal's number.
package enum StopSignal: Int32, Hashable, Sendable {
  case hangUp = 1
  case interrupt = 2
  case terminate = 15

  /// What shells report for a program ended by this signal.
  package var exitCode: Int32 { 128 + rawValue }
}

/// What the event loop is to do after an event.
package struct LoopDirective: Hashable, Sendable {
  /// Whether the event changed anything that is drawn.
  package var redraws = true
  /// Draw every cell anew, whatever the terminal is believed to show.
  package var repaints = false
  /// Stop until the shell continues the program.
  package var suspends = false
  /// Text for the system's clipboard.
  package var copies: String?
  /// End the program with this exit code.
  package var quits: Int32?

  package init() {}

  package static let redraw = LoopDirective()

  package static let ignore: LoopDirective = {
    var directive = LoopDirective()
    directive.redraws = false
    return directive
  }()

  package static let repaint: LoopDirective = {
    var directive = LoopDirective()
    directive.repaints = true
    return directive
  }()

  package static let suspend: LoopDirective = {
    var directive = LoopDirective()
    directive.suspends = true
    return directive
  }()

  package static func copy(_ text: String) -> LoopDirective {
    var directive = LoopDirective()
    directive.copies = text
    return directive
  }

  package static func quit(_ code: Int32 = 0) -> LoopDirective {
    var directive = LoopDirective()
    directive.quits = code
    return directive
  }
}

/// A program as the event loop sees it: state that events change, and a picture of it.
///
/// The picture is drawn from the state alone: no clock, no files, no terminal. Work happens on
/// other threads, which answer through the loop's mailbox.
package protocol Application {
  associatedtype Message: Sendable

  mutating func handle(_ event: Event<Message>) -> LoopDirective
  func view(size: Size) -> Frame
  var theme: Theme { get }
  var modes: Modes { get }
  /// How often to send `.tick`, while something moves; nil leaves the processor alone.
  var tickInterval: Duration? { get }
}
