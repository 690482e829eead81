import Basics
import Glibc
import Synchronization
import TerminalUI

/// Standard error: notes to the user, and a line of progress if a terminal shows it.
final class Console: Sendable {
  /// How far a task has come.
  struct Progress: Sendable {
    var task: String
    var done: Int
    /// Nil where nobody can know.
    var total: Int?
    /// What is counted: `sequences` or `bytes`.
    var unit = "sequences"
  }

  private struct State {
    var task = ""
    var started = ContinuousClock.now
    var drawn = ContinuousClock.now
    var width = 0
  }

  private let isShown: Bool
  private let state = Mutex(State())

  /// Shows progress only where somebody can watch it.
  init(showsProgress: Bool = isatty(STDERR_FILENO) == 1) { isShown = showsProgress }

  /// Draws progress, at most ten times per second; may be called from any thread.
  func report(_ progress: Progress) {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if progress.task != state.task {
        state.task = progress.task
        state.started = now
      } else if now - state.drawn < .milliseconds(100) {
        return
      }
      state.drawn = now
      let elapsed = (now - state.started) / .seconds(1)
      var line = Self.line(progress, seconds: elapsed)
      while Sanitize.width(of: line) >= Self.columns { line.removeLast() }
      let width = Sanitize.width(of: line)
      Self.write("\r" + line + String(repeating: " ", count: max(0, state.width - width)))
      state.width = width
    }
  }

  /// Erases the line of progress.
  func erase() {
    state.withLock { state in
      if state.width > 0 { Self.write("\r" + String(repeating: " ", count: state.width) + "\r") }
      state.width = 0
      state.task = ""
    }
  }

  /// Prints a line of its own.
  func note(_ text: String) {
    erase()
    Self.write("ezscope: " + Sanitize.text(text, escaping: .preview) + "\n")
  }

  /// `Scoring full-e3  42%  1,700 of 4,168 sequences, 12.3k/s, 2s left`.
  static func line(_ progress: Progress, seconds: Double) -> String {
    let task = Sanitize.text(progress.task, escaping: .preview)
    let isBytes = progress.unit == "bytes"
    func amount(_ value: Int) -> String {
      isBytes ? NumberFormat.bytes(value) : NumberFormat.count(value)
    }
    let rate = seconds > 0 ? Double(progress.done) / seconds : 0
    var parts: [String] = []
    if let total = progress.total, total > 0 {
      parts.append(
        "\(amount(progress.done)) of \(amount(total))\(isBytes ? "" : " \(progress.unit)")")
    } else {
      parts.append("\(amount(progress.done))\(isBytes ? "" : " \(progress.unit)")")
    }
    if seconds >= 0.2, rate > 0 {
      let whole = Int(saturating: min(rate, 1e15))
      parts.append((isBytes ? NumberFormat.bytes(whole) : NumberFormat.compact(whole)) + "/s")
      if let total = progress.total, total >= progress.done {
        parts.append(NumberFormat.duration(Double(total - progress.done) / rate) + " left")
      }
    }
    let share = progress.total.flatMap { total in
      total > 0 ? "  " + NumberFormat.percent(Double(progress.done) / Double(total), 0) : nil
    }
    return task + (share ?? "") + "  " + parts.joined(separator: ", ")
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
      ? Int(size.ws_col) : 80
  }

  private static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let count = Glibc.write(STDERR_FILENO, part.baseAddress, part.count)
        // Nobody can be told that nobody can be told.
        if count <= 0 && errno != EINTR { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }
}
