import Basics
import Dashboard
import ScoringCore
import TerminalUI

/// The figures of some runs, ready to be written in any format.
struct EvaluationReport: TabularReport {
  /// How the figures were computed.
  struct Settings {
    var options: EvaluationOptions
    var population: Population
    var wanted = Wanted()

    /// The share of members that precision assumes.
    var prior: Double? { wanted.prior }
  }

  /// Figures that are given only when asked for.
  struct Wanted {
    var slices: SliceKey?
    var advantage = false
    var prior: Double?
    var falseDiscoveryRate: Double?
    var set = false
    var curve = false
    var epsilon = false
  }

  let settings: Settings
  let runs: [RunReport]

  /// Fails if not a single attack could be evaluated, with the first reason.
  func requireSomeFigures() throws(CommandFailure) {
    guard runs.allSatisfy(\.attacks.isEmpty) else { return }
    let reason = runs.lazy.compactMap(\.missing.first?.reason).first ?? "there are no scores"
    throw CommandFailure(.badData, "nothing to evaluate: \(reason); see ezscope check")
  }

  /// Fails if slices were asked for and no run can be cut so, with the reason.
  func requireSlices() throws(CommandFailure) {
    guard settings.wanted.slices != nil else { return }
    var reasons: [String] = []
    for run in runs {
      guard case .failure(let problem) = run.slices else { return }
      if !reasons.contains(problem.description) { reasons.append(problem.description) }
    }
    throw .usage("--by: " + reasons.joined(separator: "; "))
  }
}

/// One run's figures.
struct RunReport {
  let run: Run
  let attacks: [AttackAnalysis]
  /// Attacks asked for that the run has no scores of, and why.
  let missing: [(attack: String, reason: String)]
  /// The same in one line, where not every attack was asked for by name.
  let lacking: String?
  let members: Int
  let nonMembers: Int
  let unknown: Int
  /// Sequences that are not primary, so that no figure counts them.
  let outside: Int
  /// What every guard found.
  let guards: [GuardFinding]
  /// Documents that intervals are over; nil where they are over sequences.
  let documents: Int?
  /// The figures of each slice, or why there are none; nil unless asked for.
  let slices: Result<SliceReport, SliceProblem>?
  /// What is known of the sequences of unknown label; nil unless asked for.
  let suspects: SuspectReport?
  /// Bounds on epsilon, or why there are none; nil unless asked for.
  let epsilon: EpsilonReport?

  init(
    _ analysis: RunAnalysis, request: AttackRequest, texts: TextGuards,
    settings: EvaluationReport.Settings
  ) {
    let wanted = settings.wanted
    documents = analysis.attacks.first?.evaluation.clusterCount
    slices = wanted.slices.map { SliceReport.make(analysis, by: $0, options: settings.options) }
    suspects =
      wanted.set || wanted.falseDiscoveryRate != nil
      ? SuspectReport(analysis, wanted, options: settings.options) : nil
    epsilon = wanted.epsilon ? EpsilonReport(analysis, options: settings.options) : nil
    run = analysis.run
    attacks = analysis.attacks
    lacking = request.lacking(analysis.unavailable)
    missing = request.missing(
      from: analysis.attacks.map(\.spelling), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    let labels = zip(analysis.scores.labels, analysis.isPrimary).lazy.filter(\.1).map(\.0)
    members = labels.count { $0 == .member }
    nonMembers = labels.count { $0 == .nonMember }
    unknown = labels.count { $0 == .unknown }
    outside = analysis.isPrimary.count { !$0 }
    guards = analysis.guards(texts)
  }

  /// `full fine-tuning (parameter-based), base-main, 2.4M parameters, epoch 3, ...`.
  var summary: String {
    var parts: [String] = []
    if let method = run.method { parts.append("\(method.rawValue) (\(method.family.rawValue))") }
    if let model = run.model { parts.append("model \(model)") }
    if let parameters = run.parameters {
      let trained = run.trainableParameters.map { " (\(NumberFormat.compact($0)) trained)" } ?? ""
      parts.append(NumberFormat.compact(parameters) + " parameters" + trained)
    }
    if let epoch = run.epoch { parts.append("epoch \(NumberFormat.plain(epoch))") }
    if let loss = run.validationLoss {
      let base = run.referenceValidationLoss.map { " (base \(NumberFormat.fixed($0, 3)))" } ?? ""
      parts.append("validation loss " + NumberFormat.fixed(loss, 3) + base)
    }
    return parts.joined(separator: ", ")
  }

  /// `2,000 members, 2,000 non-members, 168 sequences outside the primary population`.
  var population: String {
    var parts = [
      NumberFormat.counted(members, "member"), NumberFormat.counted(nonMembers, "non-member"),
    ]
    if unknown > 0 { parts.append(NumberFormat.count(unknown) + " of unknown label") }
    if outside > 0 {
      parts.append(NumberFormat.count(outside) + " more outside the primary population")
    }
    if let documents { parts.append("cut from " + NumberFormat.counted(documents, "document")) }
    return parts.joined(separator: ", ")
  }
}
