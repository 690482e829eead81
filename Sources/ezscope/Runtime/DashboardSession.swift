import ArgumentParser
import Dashboard
import EvidenceIO
import FoundationEssentials
import Glibc
import NcursesTerminal
import TerminalUI

/// The dashboard on a real terminal, from taking it over to giving it back.
struct DashboardSession {
  /// What to open; nil shows the start screen.
  var sources: EvidenceSources?
  var appearance: AppearanceOptions
  var keys: String?
  var isMouseOn = true
  var redaction = Redaction.off
  /// Whether scores are kept for the next launch.
  var usesCache = true
  /// Whether to begin as if nobody had looked before.
  var isFresh = false
  /// Whether what changes on disk is read again by itself.
  var isWatching = false
  var tour: DemoPlayer?

  /// Runs until the user or a signal ends it; an exit code other than 0 is thrown.
  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    // The tour shows what it shows, whoever was here before.
    let resumeFile = tour == nil ? sources.flatMap { ResumeFile(of: $0) } : nil
    let memory = resumeFile?.read()
    let settings = try appearance.settings(
      keys: keys, lastTheme: isFresh ? nil : memory?.theme, environment: environment)
    let pipe = try needingTerminal { () throws(TerminalError) in try SelfPipe() }
    let mailbox = Mailbox<Dashboard.Message>(waking: pipe)
    let world = EffectRunner(usesCache: usesCache) { mailbox.post($0) }
    let terminal = try needingTerminal { () throws(TerminalError) in
      try NcursesTerminal(pipe: pipe, color: appearance.color, environment: environment)
    }
    var state = AppState(size: terminal.size, keymap: settings.keymap)
    state.isMouseOn = isMouseOn
    state.redaction = redaction
    state.isAtStart = sources == nil
    state.isWatching = isWatching
    state.resuming = memory.map { isFresh ? $0.filtersOnly : $0 }
    if let warning = settings.warnings.first { state.notice = Notice(.warning, warning) }
    var application = DashboardApplication(
      state: state, theme: settings.theme, world: world, isUTF8: terminal.isUTF8,
      fillsBands: terminal.depth == .mono, resumeFile: resumeFile, tour: tour)
    if let sources { world.open(sources) }
    if isWatching { world.watchFiles() }
    var loop = EventLoop<DashboardApplication>(
      terminal: terminal, input: terminal.input, pipe: pipe, mailbox: mailbox,
      patience: .init(environment: environment))
    FileBytes.surviveShrinking(true)
    let code = loop.run(&application)
    FileBytes.surviveShrinking(false)
    if application.state.experiment != nil { resumeFile?.keep(application.state.memory) }
    if let unsaved = world.finishVerdicts() {
      guard code != 0 else { throw CommandError(.inputOutput, unsaved) }
      Console().note(unsaved)
    }
    guard code == 0 else { throw ExitCode(code) }
    if let cut = FileBytes.shrunk { throw CommandError(.badData, cut) }
  }

  private func needingTerminal<Result>(
    _ body: () throws(TerminalError) -> Result
  ) throws(CommandError) -> Result {
    do {
      return try body()
    } catch {
      throw CommandError(.noTerminal, "\(error)")
    }
  }
}
