import Analysis
import ArgumentParser
import Dashboard
import EvidenceIO
import FoundationEssentials
import Glibc
import TerminalUI

/// `ezscope demo`: a guided tour of the dashboard, played or recorded.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Play a guided tour of the dashboard, or record it.",
    discussion:
      "Space pauses; any other key takes over. Captions are computed from the figures shown.")

  @Argument(help: "What to tour; without any, the sample data.")
  var paths: [String] = []

  @Option(
    help: "Write an asciinema v2 recording to this file instead of playing; - is standard output.")
  var record: String?

  @Option(help: "The recording's columns and rows, such as 120x36.")
  var size = SizeArgument(size: Size(width: 120, height: 36))

  @OptionGroup var appearance: AppearanceOptions
  @OptionGroup var redaction: RedactionOptions

  /// The tour; of the sample data with what the larger experiment beside them shows.
  private var tour: DemoPlayer {
    guard paths.isEmpty, let place = SampleDataLocation.find(),
      let loaded = try? LoadedExperiment(paths: [place + "/" + SampleDataLocation.larger])
    else { return DemoPlayer() }
    let larger = LowRateComparison(loaded.inputs, of: loaded.snapshot)
    return DemoPlayer(steps: DemoScript.steps(beside: larger))
  }

  func run() throws {
    guard let wanted = paths.isEmpty ? SampleDataLocation.find().map({ [$0] }) : paths else {
      throw CommandError(
        .noInput, "no sample data was found; name an evidence file or experiment folder")
    }
    guard let record else {
      try DashboardSession(
        sources: EvidenceSources(wanted), appearance: appearance, redaction: redaction.onScreen,
        tour: tour
      ).run()
      return
    }
    let environment = ProcessInfo.processInfo.environment
    let settings = try appearance.settings(keys: nil, environment: environment)
    let loaded = try CommandError.translating { () throws(IngestError) in
      try LoadedExperiment(paths: wanted)
    }
    var dashboard = HeadlessDashboard(
      size: size.size, keymap: settings.keymap, glyphs: settings.theme.glyphs,
      redaction: redaction.inExport(of: wanted))
    dashboard.open(loaded.snapshot, order: loaded.scoringOrder) { loaded.analysis(ofRun: $0) }
    var recording = Recording(
      size: size.size, theme: settings.theme,
      depth: appearance.color == .auto
        ? .c256 : ColorDepth.detect(choice: appearance.color, environment: environment))
    recording.play(tour, on: &dashboard)
    try CommandError.translating { () throws(IngestError) in
      var file = try OutputFile.create(record, .texts)
      try file.write(recording.text)
      try file.commit()
    }
  }
}
