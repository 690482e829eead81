import Dispatch
import EvidenceIO
import Glibc
import TerminalUI

/// Where a command's result goes: standard output (`-`) or a file.
///
/// A file appears only when it is complete. On a terminal everything is sanitised, because ids and
/// names come from files nobody has read yet.
enum ResultOutput {
  /// Writes a whole text.
  static func write(
    _ text: String, to path: String = "-", _ contents: OutputFile.Contents = .figures
  ) throws(CommandError) {
    try guarded(path) { () throws(IngestError) in
      var file = try OutputFile.create(path, contents)
      try file.write(text)
      try file.commit()
    }
  }

  /// Runs something that writes to a path; what it prints on a terminal is sanitised on the way.
  static func guarded(
    _ path: String = "-", _ body: () throws(IngestError) -> Void
  ) throws(CommandError) {
    try protecting(path) { () throws(CommandError) in try CommandError.translating(body) }
  }

  /// The same for something that does more than read and write files.
  static func protecting(
    _ path: String, _ body: () throws(CommandError) -> Void
  ) throws(CommandError) {
    let guardian = path == "-" && isatty(STDOUT_FILENO) == 1 ? TerminalGuard() : nil
    defer { guardian?.finish() }
    try body()
  }
}

/// Stands between standard output and a terminal: lines are made safe before they are shown.
private final class TerminalGuard {
  private let terminal: Int32
  private let finished = DispatchSemaphore(value: 0)

  /// Puts a pipe in the terminal's place; nil if there are no more descriptors.
  init?() {
    var ends: [Int32] = [-1, -1]
    let terminal = dup(STDOUT_FILENO)
    guard terminal >= 0, pipe(&ends) == 0 else { return nil }
    self.terminal = terminal
    dup2(ends[1], STDOUT_FILENO)
    close(ends[1])
    let (source, finished) = (ends[0], finished)
    DispatchQueue(label: "ezscope.output").async {
      Self.copy(from: source, to: terminal)
      finished.signal()
    }
  }

  /// Gives the terminal back once everything has been shown.
  func finish() {
    // The pipe ends when its last writer is gone.
    dup2(terminal, STDOUT_FILENO)
    finished.wait()
    close(terminal)
  }

  private static func copy(from source: Int32, to terminal: Int32) {
    guard let input = fdopen(source, "r") else { return }
    defer { fclose(input) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while case let count = getline(&line, &capacity, input), count > 0 {
      guard let line else { return }
      let bytes = UnsafeRawBufferPointer(start: line, count: count)
      let hasNewline = bytes.last == 0x0A
      let text = String(decoding: hasNewline ? bytes.dropLast() : bytes[...], as: UTF8.self)
      guard write(Sanitize.text(text) + (hasNewline ? "\n" : ""), to: terminal) else { return }
    }
  }

  private static func write(_ text: String, to terminal: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let count = Glibc.write(terminal, part.baseAddress, part.count)
        guard count > 0 || errno == EINTR else { return false }
        rest = rest.dropFirst(max(0, count))
      }
      return true
    }
  }
}
