/// The terminal's switches that a screen asks for along with its picture.
///
/// They follow from the program's state like the picture does; nothing else turns them on or off.
package struct Modes: Hashable, Sendable {
  /// Report clicks, drags and the wheel; off, the terminal's own text selection works.
  package var mouse: Bool
  /// Show the cursor where the frame says.
  package var cursor: Bool

  package init(mouse: Bool = true, cursor: Bool = false) {
    self.mouse = mouse
    self.cursor = cursor
  }
}

/// Something that shows frames: a real terminal, or a pretended one in tests.
///
/// Deliberately not `Sendable`: terminals belong to the thread that runs the event loop.
package protocol Terminal: AnyObject {
  var size: Size { get }
  var depth: ColorDepth { get }

  /// Draws with these styles from now on.
  func use(_ styles: StyleTable)
  func present(_ frame: Frame, modes: Modes)
  /// Asks for the size anew, after the window changed.
  func updateSize()
  /// Forgets what is on screen, so that the next frame is drawn whole.
  func repaint()
  /// Gives the screen back, stops the program until it is continued, and takes the screen again.
  func suspend()
  /// Takes the screen again after the program was stopped by someone else.
  func resume()
  /// Puts text on the system's clipboard, if the terminal allows it.
  func copy(_ text: String)
  /// Gives the screen back for good. Calling it again does nothing.
  func restore()
}

/// Why there is no terminal to draw on, and what to do about it.
package enum TerminalError: Error, Hashable, CustomStringConvertible {
  case notATerminal(stream: String)
  case unsuitable(term: String, reason: String)
  case cannotStart(reason: String)

  package var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal, so there is nothing to draw the dashboard on; run it in a "
        + "terminal, or write a screen to a file with `ezscope snapshot`"
    case .unsuitable(let term, let reason):
      "TERM=\"\(term)\": \(reason); set TERM to what your terminal is, for example "
        + "TERM=xterm-256color, or write a screen to a file with `ezscope snapshot`"
    case .cannotStart(let reason):
      "the terminal cannot be used: \(reason)"
    }
  }
}
