import ArgumentParser
import Glibc

@main
struct Ezscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ezscope",
    abstract: "Show where a fine-tuned language model has memorized its training data.",
    discussion: """
      PATH is an experiment folder, or evidence as JSONL or safetensors, or scores as CSV or \
      JSONL; - is standard input or output.

      Exit status: 0 done, 1 a verdict went against you, 64 usage, 65 bad data, 66 no such \
      input, 69 no usable terminal, 74 input/output error, 128+n ended by signal n.
      """,
    subcommands: [
      DashboardCommand.self, ScoreCommand.self, EvaluateCommand.self, CompareCommand.self,
      SweepCommand.self, ExtractionCommand.self, ContentCommand.self, TrendsCommand.self,
      GateCommand.self, VerdictsCommand.self, CheckCommand.self, ConvertCommand.self,
      ConformanceCommand.self,
      SnapshotCommand.self, DemoCommand.self, AttacksCommand.self, KeysCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  static func main() {
    // Whoever stops reading ends the program quietly, even if a parent ignores the signal.
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      stop(failure)
    } catch {
      let status = exitCode(for: error)
      // Help is an answer; a bare status has been explained already.
      guard status == .validationFailure else { Self.exit(withError: error) }
      stop(.usage("\(message(for: error)); see ezscope help"))
    }
  }

  private static func stop(_ failure: CommandFailure) -> Never {
    let reporter = Reporter()
    reporter.erase()
    if !failure.description.isEmpty { reporter.note(failure.description) }
    Self.exit(withError: ExitCode(failure.status.rawValue))
  }
}
