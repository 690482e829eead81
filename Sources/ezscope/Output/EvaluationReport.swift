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
    if let epoch = run.epoch { parts.append("epoch \(Figures.plain(epoch))") }
    if let loss = run.validationLoss {
      let base = run.referenceValidationLoss.map { " (base \(NumberFormat.fixed($0, 3)))" } ?? ""
      parts.append("validation loss " + NumberFormat.fixed(loss, 3) + base)
    }
    return parts.joined(separator: ", ")
  }

  /// `2,000 members, 2,000 non-members, 168 sequences outside the primary population`.
  var population: String {
    var parts = [
      NumberFormat.count(members) + " members", NumberFormat.count(nonMembers) + " non-members",
    ]
    if unknown > 0 { parts.append(NumberFormat.count(unknown) + " of unknown label") }
    if outside > 0 {
      parts.append(NumberFormat.count(outside) + " more outside the primary population")
    }
    if let documents { parts.append("cut from " + NumberFormat.count(documents) + " documents") }
    return parts.joined(separator: ", ")
  }
}

/// Words for figures.
enum Figures {
  /// A rate as a percentage without needless zeros: `1%`, `0.1%`.
  static func rate(_ rate: Double) -> String { plain(rate * 100) + "%" }

  /// A number with at most six decimals and no needless zeros.
  static func plain(_ value: Double) -> String {
    if value != 0, abs(value) < 1e-6 { return NumberFormat.scientific(value, 1) }
    var text = NumberFormat.fixed(value, 6)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// A figure and its interval, `0.981 [0.974, 0.986]` or `77.8% [74.1, 81.2]`; `-` without one.
  static func cell(
    _ value: Double?, _ interval: Interval?, decimals: Int, percent: Bool = true
  ) -> String {
    guard let value, !value.isNaN else { return "-" }
    let scale: Double = percent ? 100 : 1
    let text = percent ? NumberFormat.percent(value, decimals) : NumberFormat.fixed(value, decimals)
    let space = String(repeating: " ", count: max(0, 5 - text.utf8.count))
    let ends = interval.map {
      " " + NumberFormat.interval($0.lower * scale, $0.upper * scale, decimals)
    }
    return space + text + (ends ?? "")
  }

  /// The TPR at an FPR with its interval, and a mark where there is too little evidence.
  static func rateCell(_ evaluation: AttackEvaluation, fpr: Double) -> String {
    guard let rate = evaluation.points.first(where: { $0.point.fpr == fpr }) else { return "-" }
    let mark = mark(rate.point.resolution)
    return cell(rate.point.tpr, rate.interval, decimals: 1) + (mark.isEmpty ? "" : " " + mark)
  }

  /// The sign of a figure that rests on too few non-members: `~` unsteady, `x` no evidence.
  static func mark(_ resolution: Resolution) -> String {
    switch resolution {
    case .ok: ""
    case .weak: "~"
    case .notResolvable: "x"
    }
  }

  /// An interval of rates in percent: `[75.2, 80.9]`.
  static func percentInterval(_ interval: Interval?) -> String {
    interval.map { NumberFormat.interval($0.lower * 100, $0.upper * 100, 1) } ?? "-"
  }

  /// Whether an FPR can be spoken about, in words.
  static func words(_ resolution: Resolution) -> String {
    switch resolution {
    case .ok: "ok"
    case .weak: "weak: the figure is unsteady"
    case .notResolvable: "not resolvable: the figure is no evidence"
    }
  }

  /// The sequences that are no plain score, in words; nil if there are none.
  static func edgeCases(_ counts: ScoreCounts) -> String? {
    let parts = [
      (counts.forcedNoErrors, "without any error position (ranked first)"),
      (counts.forcedN0, "without downward shift (ranked next)"),
      (counts.insufficient, "with too few error positions (score 0)"),
      (counts.zeroed, "set to 0 by the released policy"),
      (counts.noMovement, "without any movement (no score)"),
      (counts.undefined, "without a score"),
      (counts.nonFinite, "not finite (no score)"),
    ]
    let words = parts.filter { $0.0 > 0 }.map { "\(NumberFormat.count($0.0)) \($0.1)" }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// Text broken at spaces into lines of at most 100 cells, later ones indented.
  static func wrapped(_ text: String, indent: Int = 0, hang: Int = 2) -> String {
    var lines = ""
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in Sanitize.text(text, escaping: .preview).split(separator: " ") {
      if !isEmpty, Sanitize.width(of: line) + 1 + Sanitize.width(of: word) > 100 {
        lines += line + "\n"
        line = String(repeating: " ", count: indent + hang)
        isEmpty = true
      }
      if !isEmpty { line += " " }
      line += word
      isEmpty = false
    }
    return lines + line + "\n"
  }
}

/// Names that the same text is said of, said once.
struct Grouped {
  private(set) var groups: [(names: [String], text: String)] = []

  init(_ items: [(name: String, text: String)]) {
    for item in items {
      if let place = groups.firstIndex(where: { $0.text == item.text }) {
        groups[place].names.append(item.name)
      } else {
        groups.append(([item.name], item.text))
      }
    }
  }

  /// Why attacks cannot be computed, those with one reason together: `a, b need c`.
  static func reasons(_ items: [(attack: String, reason: String)]) -> [String] {
    let needs = " needs "
    let grouped = Grouped(
      items.map { attack, reason in
        (attack, reason.hasPrefix(attack + needs) ? "\(reason.dropFirst(attack.count))" : reason)
      })
    return grouped.groups.map { names, text in
      let attacks = names.joined(separator: ", ")
      guard text.hasPrefix(needs) else { return "\(attacks): \(text)" }
      return names.count == 1 ? attacks + text : "\(attacks) need \(text.dropFirst(needs.count))"
    }
  }
}
