import Dashboard
import Reports
import TerminalUI

/// A terminal recording in asciinema's format, version 2: a header line, then an event a line.
struct Recording {
  private let size: Size
  private let theme: Theme
  private let depth: ColorDepth
  private var seconds = 0.0
  private var events: [String] = []
  /// How long a key press stays on screen before the next.
  private static let keyPause = 0.4

  init(size: Size, theme: Theme, depth: ColorDepth) {
    self.size = size
    self.theme = theme
    self.depth = depth
  }

  /// Plays the tour without waiting, and keeps what a terminal would have been sent and when.
  mutating func play(_ player: DemoPlayer, on dashboard: inout HeadlessDashboard) {
    var player = player
    while case .press(let keys) = player.advance(by: .infinity) {
      for key in keys {
        dashboard.handle(.input(.key(key)))
        add(dashboard.state.view())
        seconds += Self.keyPause
      }
      // Of the screen that all keys lead to; until then the last stop's stays.
      dashboard.say(player.caption(dashboard.state))
      add(dashboard.state.view())
      seconds += player.seconds
    }
    dashboard.say(nil)
    add(dashboard.state.view())
  }

  var text: String {
    let header = JSON.object([
      ("version", .int(2)), ("width", .int(size.width)), ("height", .int(size.height)),
      ("title", .string("ezscope")), ("env", .object([("TERM", .string("xterm-256color"))])),
    ])
    return ([header.line] + events).joined(separator: "\n") + "\n"
  }

  private mutating func add(_ frame: Frame) {
    let rows = String(decoding: frame.ansi(theme, depth: depth), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).prefix(size.height)
    // Home, hide the cursor, and clear what is left of each line after writing it.
    let output =
      "\u{1B}[?25l\u{1B}[H" + rows.map { $0 + "\u{1B}[0m\u{1B}[K" }.joined(separator: "\r\n")
    events.append(
      JSON.list([.number(seconds), .string("o"), .string(output)]).line)
  }
}
