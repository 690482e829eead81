import ScoringCore

/// Computes the parts of an audit, each from what its own command computes it from.
struct AuditParts {
  private let runs: [RunInput]
  private let request: AttackRequest
  private let settings: AuditReport.Settings
  private let texts: TextGuards
  private let progress: AuditReport.Progress
  private(set) var analyses: [RunAnalysis] = []
  /// Parts that could not be computed, and why: a sentence each.
  private(set) var refusals: [String] = []

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
  mutating func comparisons() -> [ComparisonReport] {
    let pairs = self.pairs
    let asked = AttackRequest(attack)
    var reports: [ComparisonReport] = []
    for (number, pair) in pairs.enumerated() {
      progress("Comparing", number, pairs.count)
      do throws(AnalysisError) {
        reports.append(
          try ComparisonReport(
            pair.full, pair.lora, request: asked, options: settings.options, texts: texts))
      } catch {
        refuse("\(pair.full.run.name) against \(pair.lora.run.name)", error)
      }
    }
    return reports
  }

  /// Those first whose full fine-tuning learned most.
  ///
  /// Where several of a method are after the same epoch, such as at other learning rates, the one that
  /// has learned most stands for it: chosen by validation loss, before any score is looked at.
  private var pairs: [(full: RunAnalysis, lora: RunAnalysis)] {
    func isAlike(_ one: Run, _ other: Run) -> Bool {
      one.epoch == other.epoch && one.model == other.model && one.reference == other.reference
        && one.seed == other.seed
    }
    let known = analyses.filter { $0.run.epoch != nil }
    func chosen(_ method: FineTuningMethod) -> [RunAnalysis] {
      let all = known.filter { $0.run.method == method }
      return all.filter { one in
        guard let loss = one.run.validationLoss else { return true }
        return !all.contains { isAlike($0.run, one.run) && ($0.run.validationLoss ?? loss) < loss }
      }
    }
    let loras = chosen(.lora)
    return chosen(.full).flatMap { full in
      loras.filter { isAlike($0.run, full.run) }.map { (full, $0) }
    }.sorted {
      ($0.full.run.validationLoss ?? .infinity) < ($1.full.run.validationLoss ?? .infinity)
    }
  }

  private mutating func refuse(_ part: String, _ error: AnalysisError) {
    refusals.append("\(part): \(error.description).")
  }

  mutating func trends() -> [TrendsReport] {
    let named = runs.map(\.run)
    var axes: [TrendAxis] = []
    if Set(named.compactMap(\.epoch)).count > 1 { axes.append(.epoch) }
    if Set(named.compactMap(\.parameters)).count > 1 { axes.append(.modelParameters) }
    axes.append(.duplicates)
    var reports: [TrendsReport] = []
    for (number, axis) in axes.enumerated() {
      progress("Following trends", number, axes.count)
      let asked = trend(axis)
      do throws(AnalysisError) {
        let shared = try SharedRuns(runs, request: AttackRequest(attack), settings: asked)
        reports.append(try TrendsReport(shared, settings: asked))
      } catch {
        refuse("How leakage grows with \(axis.title)", error)
      }
    }
    return reports
  }

  mutating func frontier() -> FrontierReport? {
    guard runs.count(where: { $0.run.validationLoss != nil }) > 1 else { return nil }
    var asked = trend(.method)
    asked.isAgainstLoss = true
    progress("Setting leakage beside loss", 0, 1)
    do throws(AnalysisError) {
      let shared = try SharedRuns(runs, request: AttackRequest(attack), settings: asked)
      return try FrontierReport(shared, settings: asked)
    } catch {
      refuse("Leakage beside validation loss", error)
      return nil
    }
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
