import Analysis
import ArgumentParser
import EvidenceIO
import Glibc
import Reports
import ScoringCore

/// Holds runs against the budgets of a command line.
struct GateChecks {
  let command: GateCommand
  let request: AttackRequest
  let console: Console
  private let texts = TextGuards()

  init(command: GateCommand, request: AttackRequest, console: Console) {
    self.command = command
    self.request = request
    self.console = console
  }

  /// The runs of the last release.
  static func baseline(
    _ path: String, _ command: GateCommand, _ console: Console
  ) throws -> [RunInput] {
    let opened = try InputOptions.read([path], console, command.input.evidence)
    try opened.notes.report(to: console, strict: command.input.strict)
    return RunInput.all(of: opened.experiment)
  }

  /// The verdicts on a run, budget by budget.
  func verdicts(_ run: RunInput, baseline: [RunInput]?) throws -> [GateVerdict] {
    var verdicts: [GateVerdict] = []
    if command.maximumTPR != nil || command.maximumEpsilon != nil || baseline != nil {
      verdicts += try membership(run, baseline)
    }
    if let budget = command.maximumLeaks,
      let leaks = RunLeaks(run, settings: LeakReport.Settings())
    {
      verdicts.append(.leakedSpans(leaks, budget: budget))
    }
    if let budget = command.maximumDiscoverable {
      verdicts.append(
        .discoverable(
          curve(run), run: run.run.name, log2Draws: log2(command.draws), budget: budget.value))
    }
    if let budget = command.maximumExposure {
      var exposures: CanaryExposures?
      if case .evidence(let table) = run.source {
        exposures = CanaryExposures(run.annotations.canaries, by: .logProbability, in: table)
      }
      verdicts.append(
        .exposure(
          exposures, run: run.run.name, budget: budget, replicates: command.replicates,
          seed: command.seed))
    }
    return verdicts
  }

  private func membership(_ run: RunInput, _ baseline: [RunInput]?) throws -> [GateVerdict] {
    let analysis = try analysis(run)
    try requireAll(analysis)
    var verdicts: [GateVerdict] = []
    if let budget = command.maximumTPR {
      let guards = analysis.guards(texts)
      verdicts += analysis.attacks.map { attack in
        GateVerdict(
          attack.evaluation, run: run.run.name, attack: attack.spelling,
          fpr: command.fpr.value, budget: budget.value, guards: guards,
          among: analysis.attacks.count)
      }
    }
    if let budget = command.maximumEpsilon {
      verdicts += GateVerdict.epsilon(
        EpsilonReport(analysis, delta: 1e-5, options: options), run: run.run.name, budget: budget)
    }
    if let baseline {
      guard
        let old = baseline.first(where: { $0.run.name == run.run.name })
          ?? (baseline.count == 1 ? baseline.first : nil)
      else {
        throw InputOptions.noRun(run.run.name, among: baseline.map(\.run.name))
      }
      verdicts += GateVerdict.baseline(
        analysis, try self.analysis(old), budget: command.tolerance)
    }
    return verdicts
  }

  private var options: EvaluationOptions {
    var options = EvaluationOptions()
    options.fprs = [command.fpr.value]
    options.replicates = command.replicates
    options.seed = command.seed
    return options
  }

  private func analysis(_ run: RunInput) throws(CommandError) -> RunAnalysis {
    try run.analysis(
      request, population: command.population, options: options, texts: texts, console: console)
  }

  private func curve(_ run: RunInput) -> DiscoveryCurve? {
    guard case .evidence(let table) = run.source else { return nil }
    var settings = ExtractionSettings()
    settings.prefix = command.prefix
    settings.suffix = command.suffix
    let metadata = run.annotations.metadata
    return TeacherForcedExtraction(
      table, metadata, canaries: Set(run.annotations.canaries.map(\.sequence)), keys: [],
      settings: settings, level: 0.95)?.curve
  }

  /// A gate that silently left out an attack would open for the wrong reason.
  private func requireAll(_ analysis: RunAnalysis) throws(CommandError) {
    let name = analysis.run.name
    let lacking = request.lacking(analysis.unavailable)
    if !lacking.isEmpty, !analysis.attacks.isEmpty {
      // Whoever asks for all means all that the evidence allows, as everywhere, and is told.
      console.note("\(name): \(AttackWords.lacking(lacking))")
      return
    }
    let missing = request.missing(
      from: analysis.attacks.map(\.spelling), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    guard let first = missing.first else { return }
    throw CommandError(
      .badData,
      "\(name): \(first.attack) cannot be computed: \(first.reason)"
        + (analysis.table == nil ? "; ezscope check lists what it has" : ""))
  }
}
