import Analysis
import ArgumentParser
import Basics
import Dashboard
import EvidenceIO
import FoundationEssentials
import Glibc
import TerminalUI

/// `ezscope snapshot`: any screen at any size as text, ANSI or SVG, without a terminal.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Write a screen of the dashboard to text, ANSI or SVG.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ansi, svg }

  @Argument(help: "Evidence files or experiment folders; without any, the sample data.")
  var paths: [String] = []

  @OptionGroup var dumps: DumpOptions

  @Option(help: "The screen: \(ScreenID.allCases.map(\.rawValue).joined(separator: ", ")).")
  var screen: ScreenID = .runs

  @Option(help: "Columns and rows, such as 120x40.")
  var size: SizeArgument = SizeArgument(size: Size(width: 120, height: 40))

  @Option(help: "text, ansi or svg.")
  var format: Format = .text

  @Option(name: .customLong("run"), help: "The run to look at.")
  var runName: String?

  @Option(help: "The attack to score by.")
  var attack: String?

  @Option(help: "Keys to press before the picture is taken, such as 'j j ] a'.")
  var keys: String = ""

  @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
  var output: String = "-"

  @OptionGroup var appearance: AppearanceOptions
  @OptionGroup var redaction: RedactionOptions

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try appearance.settings(keys: nil, environment: environment)
    let named = dumps.sources(paths)
    guard
      let wanted = named.isEmpty
        ? SampleDataLocation.find().map({ EvidenceSources([$0]) }) : named
    else {
      throw CommandError(
        .noInput, "no sample data was found; name an evidence file or experiment folder")
    }
    let opened = try CommandError.translating { () throws(IngestError) in
      try LoadedExperiment(wanted)
    }
    let depth =
      format == .text
      ? .mono : ColorDepth.detect(choice: appearance.color, environment: environment)
    var dashboard = HeadlessDashboard(
      size: size.size, keymap: settings.keymap,
      glyphs: settings.theme.glyphs.fillingBands(depth == .mono),
      redaction: redaction.inExport(of: wanted.all))
    dashboard.open(opened.snapshot, order: opened.scoringOrder) { opened.analysis(ofRun: $0) }
    dashboard.takeVerdicts(on: TriageSubject(paths: wanted.all, runs: opened.snapshot.runs))
    try dashboard.look(at: runName, attack: attack, of: opened)
    dashboard.show(screen)
    for word in keys.split(separator: " ") {
      guard let chord = Chord(String(word)) else {
        throw CommandError.usage(
          "--keys: '\(word)' is not a key; keys are listed by ezscope keys")
      }
      dashboard.press(chord)
    }
    let bytes = picture(dashboard.state, settings.theme, depth)
    // A frame holds nothing of a dataset that was not made safe, so its colours may pass.
    try CommandError.translating { () throws(IngestError) in
      var file = try OutputFile.create(output, .texts)
      try file.write(bytes)
      try file.commit()
    }
  }

  private func picture(_ state: AppState, _ theme: Theme, _ depth: ColorDepth) -> [UInt8] {
    let frame = state.view()
    return switch format {
    case .text: Array((frame.text() + "\n").utf8)
    case .ansi: frame.ansi(theme, depth: depth)
    case .svg: Array(frame.svg(theme, title: "ezscope: \(state.screen.title)").utf8)
    }
  }
}

/// `120x40` on the command line.
struct SizeArgument: ExpressibleByArgument {
  var size: Size

  init(size: Size) { self.size = size }

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      (1...1000).contains(width), (1...1000).contains(height)
    else { return nil }
    size = Size(width: width, height: height)
  }

  var defaultValueDescription: String { "\(size.width)x\(size.height)" }
}

extension ScreenID: ExpressibleByArgument {}

extension HeadlessDashboard {
  /// Looks at a run and an attack by name.
  mutating func look(at run: String?, attack: String?, of opened: LoadedExperiment) throws {
    if let run {
      let names = opened.snapshot.runs.indices.map { opened.snapshot.run($0).name }
      guard let index = names.firstIndex(of: run) else {
        throw InputOptions.noRun(run, among: names)
      }
      select(run: index)
    }
    if let attack {
      let request = try AttackRequest(attack).resolved(for: opened.inputs)
      Console().noteChoice(request)
      select(attack: request.names.first ?? attack)
    }
  }
}

extension HeadlessDashboard {
  /// Shows what has been judged; if that cannot be read, the picture is made without it.
  mutating func takeVerdicts(on experiment: TriageSubject) {
    do {
      let changes = try experiment.stored().values.map(\.change)
      handle(.message(.verdictsLoaded(changes, total: experiment.count, place: nil)))
    } catch {
      Console().note("verdicts are not shown: \(error)")
    }
  }
}
