import EvidenceIO
import Glibc

/// What a user may want to run after a command: told at a terminal, never to a script.
struct Suggestion {
  /// The command's name and options, in front of the paths; empty for the dashboard.
  let words: [String]
  /// What it is for.
  let why: String

  static let dashboard = Suggestion(words: [], why: "to look at the sequences behind it")

  /// The line to type.
  func line(_ paths: [String]) -> String {
    (["ezscope"] + words + paths.map(ForeignFile.quoted)).joined(separator: " ") + "   (\(why))"
  }
}

extension Console {
  /// Says what to run next, to whoever sits at a terminal and reads text.
  ///
  /// - Parameter isText: whether what was written is for people; what scripts read has no ending.
  func suggest(_ next: Suggestion, _ input: InputOptions, isText: Bool) {
    // What came from a pipe is gone, and dumps need their options again.
    let isFile = !input.paths.isEmpty && !input.paths.contains("-")
    guard isText, isFile, input.dumps.targets.isEmpty, isatty(STDERR_FILENO) == 1 else { return }
    note("next: " + next.line(input.paths))
  }
}
