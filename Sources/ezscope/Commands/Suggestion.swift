import EvidenceIO
import Glibc

/// What a user may want to run after a command: told at a terminal, never to a script.
struct Suggestion {
  /// The command's name and options, in front of the paths; empty for the dashboard.
  let words: [String]
  /// Options behind the paths.
  var ending: [String] = []
  /// What it is for.
  let why: String

  static let dashboard = Suggestion(words: [], why: "to look at the sequences behind it")

  /// The line to type.
  func line(_ paths: [String]) -> String {
    (["ezscope"] + words + paths.map(ForeignFile.quoted) + ending).joined(separator: " ")
      + "   (\(why))"
  }
}

extension Console {
  /// Says what to run next, to whoever sits at a terminal and reads text.
  ///
  /// - Parameter isText: whether what was written is for people; what scripts read has no ending.
  func suggest(_ next: Suggestion, _ input: InputOptions, isText: Bool) {
    // Dumps need their options again.
    suggest(next, of: input.paths, isText: isText && input.dumps.targets.isEmpty)
  }

  /// The same for paths that are no input, such as the file that was written.
  func suggest(_ next: Suggestion, of paths: [String], isText: Bool = true) {
    // What came from a pipe is gone.
    let isFile = !paths.isEmpty && !paths.contains("-")
    guard isText, isFile, isatty(STDERR_FILENO) == 1 else { return }
    note("next: " + next.line(paths))
  }
}
