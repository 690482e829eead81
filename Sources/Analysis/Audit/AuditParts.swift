import ScoringCore

/// Computes the parts of an audit, each from what its own command computes it from.
struct AuditParts {
  private let runs: [RunInput]
  private let request: AttackRequest
  private let settings: AuditReport.Settings
  private let texts: TextGuards
  private let progress: AuditReport.Progress
  private(set) var analyses: [RunAnalysis] = []

  init(
    _ runs: [RunInput], _ request: AttackRequest, _ settings: AuditReport.Settings,
    _ texts: TextGuards, _ progress: @escaping AuditReport.Progress
  ) {
    self.runs = runs
    self.request = request
    self.settings = settings
    self.texts = texts
    self.progress = progress
  }

  /// The attack that decides.
  var attack: String {
    request.names.first ?? analyses.first?.attacks.first?.spelling ?? ErrorZone.card.id
  }

  mutating func evaluation() -> EvaluationReport {
    var wanted = EvaluationReport.Wanted()
    let haveSuspects = runs.contains { $0.labels.contains(.unknown) }
    if haveSuspects {
      wanted.falseDiscoveryRate = settings.falseDiscoveryRate
      wanted.set = true
    }
    wanted.epsilon = runs.contains { run in
      run.run.details.contains {
        $0.key == EpsilonReport.key && $0.value == EpsilonReport.randomized
      }
    }
    var asked = EvaluationReport.Settings(
      options: settings.options, population: settings.population, wanted: wanted)
    asked.attackChoice = request.choice
    var reports: [RunReport] = []
    for (number, run) in runs.enumerated() {
      progress("Scoring", number, runs.count)
      guard
        let analysis = run.analysis(
          request, population: settings.population, options: settings.options, texts: texts)
      else { continue }
      analyses.append(analysis)
      reports.append(RunReport(analysis, request: request, texts: texts, settings: asked))
    }
    return EvaluationReport(settings: asked, runs: reports)
  }

  /// Full against LoRA at the same epoch, on the same base and with the same seed where it is known.
  func comparisons() -> [ComparisonReport] {
    let pairs = analyses.filter { $0.run.method == .full }.flatMap { full in
      analyses.filter { lora in
        lora.run.method == .lora && lora.run.epoch == full.run.epoch && full.run.epoch != nil
          && lora.run.model == full.run.model && lora.run.reference == full.run.reference
          && lora.run.seed == full.run.seed
      }.map { (full, $0) }
    }
    let asked = AttackRequest(attack)
    return pairs.enumerated().compactMap { number, pair in
      progress("Comparing", number, pairs.count)
      return try? ComparisonReport(
        pair.0, pair.1, request: asked, options: settings.options, texts: texts)
    }
  }

  func trends() -> [TrendsReport] {
    let named = runs.map(\.run)
    var axes: [TrendAxis] = []
    if Set(named.compactMap(\.epoch)).count > 1 { axes.append(.epoch) }
    if Set(named.compactMap(\.parameters)).count > 1 { axes.append(.modelParameters) }
    axes.append(.duplicates)
    return axes.enumerated().compactMap { number, axis in
      progress("Following trends", number, axes.count)
      let asked = trend(axis)
      guard let shared = try? SharedRuns(runs, request: AttackRequest(attack), settings: asked)
      else { return nil }
      return try? TrendsReport(shared, settings: asked)
    }
  }

  func frontier() -> FrontierReport? {
    guard runs.count(where: { $0.run.validationLoss != nil }) > 1 else { return nil }
    var asked = trend(.method)
    asked.isAgainstLoss = true
    progress("Setting leakage beside loss", 0, 1)
    guard let shared = try? SharedRuns(runs, request: AttackRequest(attack), settings: asked)
    else { return nil }
    return try? FrontierReport(shared, settings: asked)
  }

  private func trend(_ axis: TrendAxis) -> TrendsReport.Settings {
    let options = settings.options
    return TrendsReport.Settings(
      axis: axis, figure: .auc, attack: attack, fpr: options.fprs.first ?? 0.01,
      population: settings.population, level: options.level,
      replicates: max(1, options.replicates), seed: options.seed)
  }

  func leaks() -> LeakReport {
    var asked = LeakReport.Settings()
    asked.falseDiscoveryRate = settings.falseDiscoveryRate
    asked.level = settings.options.level
    asked.top = settings.listedSpans
    let found = runs.enumerated().compactMap { number, run in
      progress("Looking for leaks", number, runs.count)
      return RunLeaks(run, settings: asked)
    }
    return LeakReport(settings: asked, runs: found)
  }

  func extraction() -> ExtractionReport {
    var asked = ExtractionReport.Settings()
    asked.level = settings.options.level
    asked.replicates = settings.options.replicates
    asked.seed = settings.options.seed
    let found = runs.enumerated().map { number, run in
      progress("Comparing continuations", number, runs.count)
      return RunExtraction(run, settings: asked)
    }
    return ExtractionReport(settings: asked, runs: found)
  }
}
