import ScoringCore

/// All that an audit of an experiment hands in, each part as the command of that name gives it.
package struct AuditReport {
  /// How the parts are computed.
  package struct Settings {
    package var options = EvaluationOptions()
    package var population = Population.primary
    /// The share of names that may be wrong, of suspects and of sequences with a leaked span.
    package var falseDiscoveryRate = 0.05
    /// The most leaked spans to list of a run.
    package var listedSpans = 10

    package init() {}
  }

  /// Told what is being done, and how much of it.
  package typealias Progress = (_ task: String, _ done: Int, _ total: Int) -> Void

  package let name: String
  package let summary: String
  package let settings: Settings
  /// The attack that decides: it was chosen before any figure was known.
  package let attack: String
  /// The false-positive rate that runs are judged at: the least that all of them resolve well.
  package let fpr: Double
  /// Every run's scores, which the figures rest on.
  package let analyses: [RunAnalysis]
  package let evaluation: EvaluationReport
  /// A full fine-tuning against a LoRA of the same base and epoch: of each the one that learned most.
  package let comparisons: [ComparisonReport]
  /// Along epochs, sizes and repeats, where the runs differ in them.
  package let trends: [TrendsReport]
  /// Leakage beside validation loss; nil where losses are unknown.
  package let frontier: FrontierReport?
  package let leaks: LeakReport
  package let extraction: ExtractionReport
  /// Parts that could not be computed, and why: a sentence each.
  package let refusals: [String]
  /// What people decided, by id.
  package let judgements: [TriageChange]
  package let provenance: Provenance
  /// A finding per run, in the order of the runs.
  package let findings: [AuditFinding]

  /// Computes every part; parts that the evidence does not feed are left empty.
  ///
  /// - Parameters:
  ///   - runs: the runs that are audited.
  ///   - subject: what the experiment calls itself.
  ///   - request: the attacks; the first of them decides.
  package init(
    _ runs: [RunInput], subject: (name: String, summary: String), request: AttackRequest,
    settings: Settings, judgements: [TriageChange], provenance: Provenance,
    progress: @escaping Progress = { _, _, _ in }
  ) {
    (name, summary) = subject
    self.settings = settings
    self.judgements = judgements
    self.provenance = provenance
    let texts = TextGuards()
    var parts = AuditParts(runs, request, settings, texts, progress)
    evaluation = parts.evaluation()
    analyses = parts.analyses
    attack = parts.attack
    fpr = Self.resolved(settings.options.fprs, evaluation, attack: attack)
    comparisons = parts.comparisons()
    trends = parts.trends()
    frontier = parts.frontier()
    refusals = parts.refusals
    leaks = parts.leaks()
    extraction = parts.extraction()
    let judged = evaluation.runs.count { $0.run.method?.family != .control }
    let leaksByRun = Dictionary(leaks.runs.map { ($0.run.name, $0) }) { first, _ in first }
    let (attack, fpr) = (attack, fpr)
    findings = evaluation.runs.map {
      AuditFinding(
        $0, attack: attack, fpr: fpr, leaks: leaksByRun[$0.run.name], among: max(1, judged))
    }
  }

  /// The least rate at which every run expects ten false positives; else the largest.
  private static func resolved(
    _ rates: [Double], _ report: EvaluationReport, attack: String
  ) -> Double {
    let points = report.runs.compactMap { run in
      run.attacks.first { $0.spelling == attack }?.evaluation.points
    }.filter { !$0.isEmpty }
    let good = rates.filter { rate in
      points.allSatisfy { $0.contains { $0.point.fpr == rate && $0.point.resolution == .ok } }
    }
    return good.min() ?? rates.max() ?? 0.01
  }

  /// The findings of models that leak, the worst first.
  package var leaking: [AuditFinding] {
    findings.filter { $0.standing == .leaks }.sorted { Self.severity($0) > Self.severity($1) }
  }

  /// What leaks more comes first: by TPR, then by area.
  private static func severity(_ finding: AuditFinding) -> (Double, Double) {
    (finding.rate?.point.tpr ?? 0, finding.area?.auc ?? 0)
  }
}
