import Glibc
import Testing

/// A user at a terminal: starts a program in tmux, presses keys, reads the screen.
///
/// Every wait looks for something on the screen; its deadline only ends what hangs. Suites
/// using it must be `.serialized`: waiting is synchronous on purpose, as asynchronous polling
/// starves while other tests keep the threads busy.
final class Story {
  private let socket: String
  /// How long a wait lasts before it has failed: beyond what the busiest machine takes.
  var patience = Duration.seconds(120)
  private static let pane = "story:0.0"

  /// The switches of the terminal that a program must put back.
  struct Modes: Hashable, CustomStringConvertible {
    var alternateScreen: Bool
    var cursor: Bool
    var mouse: Bool
    var sgrMouse: Bool

    static let usual = Modes(alternateScreen: false, cursor: true, mouse: false, sgrMouse: false)

    var description: String {
      "alternate screen \(alternateScreen), cursor \(cursor), mouse \(mouse), SGR \(sgrMouse)"
    }
  }

  /// Opens a terminal with a shell prompt `$ ` in it, `program` running if given.
  ///
  /// The environment is the test's own, without what changes how programs look, and with these
  /// on top; nil takes a variable out. A program leaves `exit=<status>` on the screen when it
  /// ends, and is killed after ten minutes, whatever becomes of the test; tmux ends soon after it.
  init(
    _ program: [String] = [], width: Int = 80, height: Int = 24,
    environment: [String: String?] = [:], term: String = "tmux-256color"
  ) throws {
    socket = "/tmp/ezscope-story-\(getpid())-\(UInt64.random(in: 0...0xFFFF_FFFF))"
    let usual: [String: String?] = [
      "TERM": term, "LC_ALL": "C.UTF-8", "NO_COLOR": nil, "COLORTERM": nil, "ESCDELAY": nil,
      "TERMINFO": nil,
    ]
    let variables = environment.merging(usual) { mine, _ in mine }
    let settings = variables.sorted { $0.key < $1.key }.map { name, value in
      value.map { "export \(name)=\(Self.quoted($0));" } ?? "unset \(name);"
    }
    let command =
      program.isEmpty
      ? "TMOUT=600 PS1='$ ' exec bash --norc --noprofile -i"
      : "timeout --foreground -k 5 600 \(Self.command(program)); echo exit=$?.; sleep 300"
    let started = try tmux(
      "new-session", "-d", "-s", "story", "-x", "\(width)", "-y", "\(height)",
      (["ulimit -c 0;"] + settings + [command]).joined(separator: " "))
    guard started.status == 0 else { throw StoryError("tmux: \(started.output)") }
    _ = try tmux("set-option", "-g", "escape-time", "0")
    _ = try tmux("set-option", "-g", "set-clipboard", "on")
  }

  deinit {
    _ = try? tmux("kill-server")
    unlink(socket)
  }

  // MARK: Hands

  /// Presses keys by tmux's names: `"q"`, `"Enter"`, `"C-c"`, `"Escape"`, `"PPage"`.
  func press(_ keys: String...) throws { try sent(["send-keys", "-t", Self.pane] + keys) }

  /// Types text as it is.
  func type(_ text: String) throws { try sent(["send-keys", "-t", Self.pane, "-l", text]) }

  /// Sends exact bytes: mouse reports, broken UTF-8, replies of a terminal.
  func send(bytes: some Sequence<UInt8>) throws {
    let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    try sent(["send-keys", "-t", Self.pane, "-H"] + hex)
  }

  /// Pastes text as a terminal does, in brackets if the program asked for them.
  func paste(_ text: String) throws {
    try sent(["set-buffer", "-b", "story", text])
    try sent(["paste-buffer", "-p", "-b", "story", "-t", Self.pane])
  }

  func resize(width: Int, height: Int) throws {
    try sent(["resize-window", "-t", "story", "-x", "\(width)", "-y", "\(height)"])
  }

  /// Signals every process in the terminal whose name is `name`.
  func kill(_ name: String, _ signal: Int32) throws {
    for process in try processes(name) { _ = Glibc.kill(process, signal) }
  }

  /// Every process in the terminal whose name is `name`; there is at least one.
  func processes(_ name: String) throws -> [pid_t] {
    let terminal = try ask("#{pane_tty}").dropFirst("/dev/".count)
    let found = try Subprocess.run(["ps", "-t", String(terminal), "-o", "pid=,comm="])
    let processes = found.output.split(separator: "\n").compactMap { line -> pid_t? in
      let words = line.split(separator: " ")
      return words.count == 2 && words[1] == name.prefix(15) ? pid_t(words[0]) : nil
    }
    guard !processes.isEmpty else {
      throw StoryError("no \(name) is running here:\n\(found.output)")
    }
    return processes
  }

  /// Copies every byte that programs write to the terminal from now on into a file.
  func record(into path: String) throws {
    try sent(["pipe-pane", "-t", Self.pane, "cat > \(Self.quoted(path))"])
  }

  // MARK: Eyes

  /// What is on the screen, a line a row, without blanks at the ends.
  func screen(colors: Bool = false) throws -> String {
    let arguments = ["capture-pane", "-p"] + (colors ? ["-e"] : []) + ["-t", Self.pane]
    return try tmux(arguments).output
  }

  /// Waits until the screen shows `text`; returns the screen.
  @discardableResult
  func wait(for text: String) throws -> String {
    try wait("\"\(text)\" on the screen") { $0.contains(text) }
  }

  /// Waits until the screen no longer shows `text`; returns the screen.
  @discardableResult
  func waitUntilGone(_ text: String) throws -> String {
    try wait("\"\(text)\" to go") { !$0.contains(text) }
  }

  @discardableResult
  func wait(_ what: String, until condition: (String) throws -> Bool) throws -> String {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      let screen = try screen()
      if try condition(screen) { return screen }
      usleep(5_000)
    }
    // Once more: the machine may have been away for all of that time.
    let screen = try screen()
    if try condition(screen) { return screen }
    throw StoryError("waited \(patience) for \(what); the screen is:\n\(screen)")
  }

  /// The terminal's switches as they are now.
  func modes() throws -> Modes {
    let flags = try ask(
      "#{alternate_on} #{cursor_flag} #{mouse_any_flag}#{mouse_button_flag}#{mouse_standard_flag}"
        + " #{mouse_sgr_flag}"
    ).split(separator: " ").map { $0.contains("1") }
    guard flags.count == 4 else { throw StoryError("tmux told \(flags.count) flags, not 4") }
    return Modes(
      alternateScreen: flags[0], cursor: flags[1], mouse: flags[2], sgrMouse: flags[3])
  }

  /// Waits until the terminal's switches are as given.
  func wait(for modes: Modes) throws {
    try wait("\(modes)") { _ in try self.modes() == modes }
  }

  /// Waits for the program given to `init` to end; its exit code.
  func exitStatus() throws -> Int32 {
    // The dot ends the number: what a killed program left on the screen may go on behind it.
    let screen = try wait("the exit status") { $0.contains(#/exit=\d+\./#) }
    let digits = screen.split(separator: "exit=").last?.prefix { $0.isNumber } ?? ""
    guard let status = Int32(digits) else { throw StoryError("no status in:\n\(screen)") }
    return status
  }

  /// The line settings: `stty -a` of the terminal.
  func lineSettings() throws -> String {
    try Subprocess.run(["stty", "-a", "-F", ask("#{pane_tty}")]).output
  }

  /// What programs called the terminal's window.
  func title() throws -> String { try ask("#{pane_title}") }

  /// What the program put on the clipboard last.
  func clipboard() throws -> String { try tmux("show-buffer").output }

  // MARK: tmux

  private func ask(_ format: String) throws -> String {
    let answer = try tmux("display-message", "-p", "-t", Self.pane, format)
    return answer.output.filter { $0 != "\n" }
  }

  private func sent(_ arguments: [String]) throws {
    let result = try tmux(arguments)
    guard result.status == 0 else {
      throw StoryError("tmux \(arguments.joined(separator: " ")): \(result.output)")
    }
  }

  private func tmux(_ arguments: String...) throws -> Subprocess { try tmux(arguments) }

  private func tmux(_ arguments: [String]) throws -> Subprocess {
    try Subprocess.run(["tmux", "-u", "-S", socket, "-f", "/dev/null"] + arguments)
  }

  static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}

extension Trait where Self == ConditionTrait {
  /// Stories need tmux and are skipped, with a message, without it.
  ///
  /// Except where continuous integration (`CI`) runs: there its absence must not pass for success.
  static var needsTmux: Self {
    .enabled("tmux is not installed: stories in a terminal are skipped") {
      getenv("CI") != nil || (try? Subprocess.run(["tmux", "-V"]).status) == 0
    }
  }
}
