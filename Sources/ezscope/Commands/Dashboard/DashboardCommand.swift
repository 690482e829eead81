import ArgumentParser
import Dashboard
import EvidenceIO
import FoundationEssentials
import Glibc
import NcursesTerminal
import TerminalUI

/// `ezscope [PATH...]`: the dashboard.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard", abstract: "Open the dashboard (what ezscope does without a command).")

  @Argument(
    help: "Evidence files or experiment folders; without any, the sample data is opened.",
    completion: .file())
  var paths: [String] = []

  @OptionGroup var dumps: DumpOptions
  @OptionGroup var appearance: AppearanceOptions
  @OptionGroup var redaction: RedactionOptions

  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var noMouse = false

  @Flag(
    name: .customLong("no-cache"),
    help: "Neither use nor keep scores in the cache folder ($XDG_CACHE_HOME/ezscope).")
  var noCache = false

  @Flag(help: "Read files again whenever they change, such as a run that is still being written.")
  var watch = false

  @Flag(
    help: ArgumentHelp(
      "Begin as if for the first time, not where this experiment was left "
        + "($XDG_STATE_HOME/ezscope/views); filters that have names stay."))
  var fresh = false

  @Option(help: "A keys.toml to use instead of the one in the configuration folder.")
  var keys: String?

  func run() throws {
    try refuseHopelessPaths()
    try DashboardSession(
      sources: wanted,
      appearance: appearance, keys: keys, isMouseOn: !noMouse, redaction: redaction.onScreen,
      usesCache: !noCache, isFresh: fresh, isWatching: watch
    ).run()
  }

  /// What to open; nil shows the start screen.
  private var wanted: EvidenceSources? {
    let sources = dumps.sources(paths)
    return sources.isEmpty ? SampleDataLocation.find().map { EvidenceSources([$0]) } : sources
  }

  /// Says what cannot be opened while the shell still has the screen.
  private func refuseHopelessPaths() throws {
    for path in dumps.sources(paths).all + dumps.members + dumps.nonMembers {
      if path == "-" {
        guard isatty(STDIN_FILENO) == 0 else {
          throw CommandError.usage(
            "-: standard input is the terminal, which sends keys; pipe evidence into ezscope, or "
              + "name a file")
        }
      } else if access(path, R_OK) != 0 {
        let reason = String(cString: strerror(errno))
        throw CommandError(
          .noInput, "\(path): cannot be opened (\(reason)); check the spelling of the path")
      }
    }
  }
}

/// How things are to look, for the dashboard and for pictures of it.
struct AppearanceOptions: ParsableArguments {
  @Option(help: "A theme: dark, light, high-contrast, mono, ascii, or the path of a TOML file.")
  var theme: String?

  @Option(help: "Colours: auto, never, 16, 256 or truecolor.")
  var color: ColorChoice = .auto

  /// - Parameter lastTheme: the theme to use where none is asked for, if it is one of the program's.
  func settings(
    keys: String?, lastTheme: String? = nil, environment: [String: String]
  ) throws -> Settings {
    let last = lastTheme.flatMap { Theme.builtInNames.contains($0) ? $0 : nil }
    do {
      return try Settings(theme: theme ?? last, keys: keys, environment: environment)
    } catch {
      throw CommandError.usage("\(error)")
    }
  }
}

extension ColorChoice: ExpressibleByArgument {}
