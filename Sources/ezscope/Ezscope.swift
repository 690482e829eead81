import ArgumentParser
import Basics
import EvidenceIO
import Glibc
import Synchronization

@main
struct Ezscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ezscope",
    abstract: "Show where a fine-tuned language model has memorized its training data.",
    discussion: """
      PATH is an experiment folder, or evidence as JSONL or safetensors, or scores as CSV or \
      JSONL; - is standard input or output.

      Exit status: 0 done, 1 a verdict went against you, 64 usage, 65 bad data (also where a \
      file, or over 1 % of the records, had to be left out of what was written), 66 no such \
      input, 69 no usable terminal, 74 input/output error, 128+n ended by signal n.
      """,
    version: ProgramVersion.answer,
    subcommands: [
      DashboardCommand.self, ScoreCommand.self, EvaluateCommand.self, CompareCommand.self,
      SweepCommand.self, LeaksCommand.self, ExtractionCommand.self, ContentCommand.self,
      TrendsCommand.self, ReportCommand.self, VerifyCommand.self, GateCommand.self,
      VerdictsCommand.self,
      CheckCommand.self, ConvertCommand.self, ConformanceCommand.self,
      SnapshotCommand.self, DemoCommand.self, AttacksCommand.self, KeysCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  static func main() {
    // Whoever stops reading ends the program quietly, even if a parent ignores the signal.
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parseAsRoot()
      try command.run()
      // What was left out may decide what was written: nobody may take it for the whole.
      if let left = LeftOut.sentence.withLock({ $0 }) { stop(CommandError(.badData, left)) }
    } catch let failure as CommandError {
      stop(failure)
    } catch {
      let status = exitCode(for: error)
      // Help is an answer; a bare status has been explained already.
      guard status == .validationFailure else {
        guard status == .success else { Self.exit(withError: error) }
        answer(fullMessage(for: error))
      }
      let command = subcommand.map { " \($0)" } ?? ""
      stop(.usage("\(UsageMessage.sentence(message(for: error))); see ezscope help\(command)"))
    }
  }

  private static var firstWord: String? { CommandLine.arguments.dropFirst().first }

  private static var commands: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  /// The command that was named, if one was.
  private static var subcommand: String? {
    firstWord.flatMap { commands.contains($0) ? $0 : nil }
  }

  /// Prints help, a version or a completion script; whoever cannot be told of it hears why.
  private static func answer(_ text: String) -> Never {
    do {
      try ResultOutput.write(text + "\n")
    } catch {
      stop(error)
    }
    Self.exit()
  }

  private static func stop(_ failure: CommandError) -> Never {
    let console = Console()
    console.erase()
    if !failure.description.isEmpty { console.note(failure.description + hint(failure)) }
    Self.exit(withError: ExitCode(failure.status.rawValue))
  }

  /// A misspelt command is taken for a path: whoever meant the command should hear of it.
  private static func hint(_ failure: CommandError) -> String {
    guard failure.status == .noInput, let firstWord, subcommand == nil,
      failure.description.hasPrefix("\(firstWord): "),
      let command = nearestWord(to: firstWord, in: commands)
    else { return "" }
    return ", or did you mean the command \(command)?"
  }
}

/// What a command had to leave out of its input, if that is more than a trifle.
enum LeftOut {
  /// The sentence to end with.
  static let sentence = Mutex<String?>(nil)

  /// Remembers what opening an input left out.
  static func remember(_ opened: EvidenceIO.OpenedExperiment) {
    guard opened.isIncomplete else { return }
    let (files, records) = (opened.notes.skippedFiles, opened.notes.defects.total)
    let parts = [
      files > 0 ? NumberFormat.counted(files, "file") : nil,
      records > 0 ? NumberFormat.counted(records, "record") : nil,
    ].compactMap { $0 }
    sentence.withLock {
      $0 =
        "\(parts.joined(separator: " and ")) had to be left out: what was written is of the rest; "
        + "mend what is named above"
    }
  }
}
