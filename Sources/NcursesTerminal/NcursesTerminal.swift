internal import CTerminal
import Basics
import Glibc
import TerminalUI

/// A real terminal, drawn on with ncurses.
///
/// ncurses is used for output alone: its terminal knowledge and its habit of sending only what
/// changed. Input is read and decoded elsewhere. While one of these exists it owns the terminal,
/// the signals and ncurses' globals, so there is to be one at a time, on one thread.
package final class NcursesTerminal: Terminal {
  package private(set) var size: Size
  package let depth: ColorDepth
  /// Where keys come from: standard input, or the terminal itself when that is a pipe.
  package let input: Int32
  /// Whether more than ASCII can be shown; if not, use the ASCII glyphs.
  package let isUTF8: Bool

  private let output: Int32
  private let ownsInput: Bool
  private let files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
  private let screen: OpaquePointer
  private let window: UnsafeMutablePointer<WINDOW>
  private var styles: StyleCache
  private var writer: CellWriter
  private var row: [cchar_t] = []
  private var shownModes: Modes?
  private var mustRepaint = true
  private var isRestored = false

  /// Takes the terminal over.
  ///
  /// Signals arrive as bytes in `pipe` from now on.
  package init(
    pipe: SelfPipe, color: ColorChoice = .auto, environment: [String: String],
    input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO
  ) throws(TerminalError) {
    guard isatty(output) == 1 else { throw .notATerminal(stream: "standard output") }
    ownsInput = isatty(input) != 1
    self.input = ownsInput ? open("/dev/tty", O_RDWR | O_CLOEXEC) : input
    self.output = output
    guard self.input >= 0 else { throw .notATerminal(stream: "standard input") }
    let setup = try TerminalSetup(output: output, environment: environment, color: color)
    depth = setup.depth
    isUTF8 = setup.isUTF8
    guard let inFile = fdopen(dup(self.input), "r"), let outFile = fdopen(dup(output), "w") else {
      throw .cannotStart(reason: "its streams cannot be opened (errno \(errno))")
    }
    files = (inFile, outFile)
    // Before newterm: ncurses only takes the signals that nobody has, and changes the settings.
    _ = ct_arm_crash_restore(output, setup.resetSequence)
    ct_forward_signals(pipe.writeEnd)
    guard let screen = Self.newScreen(setup, files) else {
      ct_stop_forwarding()
      ct_disarm_crash_restore()
      throw .unsuitable(term: setup.term, reason: "ncurses cannot use this kind of terminal")
    }
    self.screen = screen
    raw()
    noecho()
    nonl()
    let hasColors = start_color() == OK
    let hasDefaults = hasColors && use_default_colors() == OK
    guard let window = newwin(0, 0, 0, 0) else {
      endwin()
      ct_stop_forwarding()
      ct_disarm_crash_restore()
      throw .cannotStart(reason: "ncurses made no window (too little memory?)")
    }
    self.window = window
    styles = StyleCache(isDirect: setup.depth == .truecolor, hasDefaultColors: hasDefaults)
    writer = CellWriter(isUTF8: setup.isUTF8)
    size = Size(width: Int(getmaxx(window)), height: Int(getmaxy(window)))
    updateSize()
  }

  private static func newScreen(
    _ setup: TerminalSetup,
    _ files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
  ) -> OpaquePointer? {
    guard setup.depth == .truecolor else { return newterm(setup.term, files.output, files.input) }
    let before = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", DirectColor.terminfo, 1)
    defer {
      // Programs started from here must not inherit it.
      if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
    }
    return newterm(DirectColor.name, files.output, files.input)
  }

  deinit {
    restore()
    if ownsInput { close(input) }
  }

  // MARK: Drawing

  package func use(_ styles: StyleTable) {
    if self.styles.use(styles) { mustRepaint = true }
  }

  package func repaint() { mustRepaint = true }

  package func present(_ frame: Frame, modes: Modes) {
    guard !isRestored else { return }
    switchModes(to: modes)
    if mustRepaint {
      clearok(window, true)
      if frame.size != size { werase(window) }
      mustRepaint = false
    }
    draw(frame)
    let cursor = frame.cursor ?? Point(x: max(0, size.width - 1), y: max(0, size.height - 1))
    wmove(window, Int32(min(cursor.y, size.height - 1)), Int32(min(cursor.x, size.width - 1)))
    wnoutrefresh(window)
    curs_set(modes.cursor && frame.cursor != nil ? 1 : 0)
    doupdate()
  }

  private func draw(_ frame: Frame) {
    let width = min(frame.size.width, size.width)
    if row.count < size.width { row = Array(repeating: cchar_t(), count: size.width) }
    row.withUnsafeMutableBufferPointer { row in
      for y in 0..<min(frame.size.height, size.height) {
        let cells = frame.row(y).prefix(width)
        let count = writer.fill(row, with: cells, styles: &styles)
        wmove(window, Int32(y), 0)
        wadd_wchnstr(window, row.baseAddress, Int32(count))
      }
    }
  }

  private func switchModes(to modes: Modes) {
    defer { shownModes = modes }
    if shownModes == nil { send(ModeSequences.on) }
    guard modes.mouse != shownModes?.mouse else { return }
    send(modes.mouse ? ModeSequences.mouseOn : ModeSequences.mouseOff)
  }

  /// Past ncurses, which is between two updates and has sent all it had.
  private func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  // MARK: Size, suspension, the end

  package func updateSize() {
    var (width, height): (Int32, Int32) = (0, 0)
    guard !isRestored, ct_window_size(output, &width, &height), width > 0, height > 0 else {
      return
    }
    resizeterm(height, width)
    wresize(window, height, width)
    size = Size(width: Int(width), height: Int(height))
    mustRepaint = true
  }

  package func suspend() {
    guard !isRestored else { return }
    send(ModeSequences.allOff)
    endwin()
    ct_stop_process_group()
    resume()
  }

  package func resume() {
    guard !isRestored else { return }
    // Continued in the background this stops the program again, until it is in the foreground.
    reset_prog_mode()
    shownModes = nil
    updateSize()
    mustRepaint = true
  }

  package func copy(_ text: String) {
    guard !isRestored else { return }
    send("\u{1B}]52;c;\(Base64.encode(text.utf8))\u{07}")
  }

  package func restore() {
    guard !isRestored else { return }
    isRestored = true
    send(ModeSequences.allOff)
    curs_set(1)
    endwin()
    delwin(window)
    delscreen(screen)
    fclose(files.input)
    fclose(files.output)
    ct_stop_forwarding()
    ct_disarm_crash_restore()
  }
}
