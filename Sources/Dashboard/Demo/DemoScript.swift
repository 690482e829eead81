import Analysis
import Basics
import ScoringCore
import TerminalUI

/// One stop of the guided tour: keys that are pressed, and what to say about the screen they lead to.
package struct DemoStep: Sendable {
  /// The keys, as keymap files spell them.
  package var keys: [String]
  /// What to say; computed from the figures on screen, never written in.
  package var caption: @Sendable (AppState) -> String
  /// How long the stop lasts.
  package var seconds: Double

  init(_ keys: [String], seconds: Double = 9, caption: @escaping @Sendable (AppState) -> String) {
    self.keys = keys
    self.caption = caption
    self.seconds = seconds
  }
}

/// The tour: runs and controls, a record and the tokens that give it away, what it costs to pull out,
/// two ways of training compared, what each gave away for what it learned, and the gate.
package enum DemoScript {
  ///
  /// - Parameter larger: an experiment beside the one that is toured, of which it is told what low
  ///   rates show that the toured one is too small for.
  package static func steps(beside larger: LowRateComparison? = nil) -> [DemoStep] {
    [
      DemoStep(["1", "g"], seconds: 8) { runsCaption($0) },
      DemoStep([], seconds: 8) { controlCaption($0) },
      DemoStep(["2", "g", "j"], seconds: 8) { sequencesCaption($0) },
      DemoStep(["enter"], seconds: 9) { tokensCaption($0) },
      DemoStep(["}"], seconds: 6) { _ in
        "} jumps to the most extreme shift. Beside it: the true token, what the target wanted "
          + "instead, and the probability under both models."
      },
      DemoStep(["6", "g"], seconds: 10) { leaksCaption($0) },
      DemoStep(["5"], seconds: 9) { compareCaption($0) },
      DemoStep(["7"], seconds: 10) { trendsCaption($0) },
      DemoStep(["4"], seconds: larger == nil ? 8 : 12) { curveCaption($0) + lowRates(larger) },
      DemoStep(["1"], seconds: 12) { gateCaption($0) },
    ]
  }

  private static func lowRates(_ larger: LowRateComparison?) -> String {
    guard let larger else { return "" }
    let figures = [larger.left, larger.right].map { side in
      let interval = side.rate.interval.map {
        " [\(NumberFormat.percent($0.lower, 1)), \(NumberFormat.percent($0.upper, 1))]"
      }
      return "\(side.run) \(percent(side.rate.point.tpr))\(interval ?? "")"
    }
    return " The larger experiment beside this one has "
      + "\(NumberFormat.count(larger.nonMembers)) non-members, enough for an FPR of "
      + "\(percent(larger.fpr)): \(figures.joined(separator: ", "))."
  }

  private static func leaksCaption(_ state: AppState) -> String {
    guard let report = state.currentLeaks, let leaks = report.leaks, let first = leaks.spans.first
    else { return "Leaks lists the spans that a target gives away and its base would not." }
    let labels = report.analysis.scores.labels
    let sequences = Set(leaks.spans.map(\.sequence))
    let others = sequences.count { labels[$0] == .nonMember }
    let cost =
      first.isGreedy
      ? "comes word for word at the first try"
      : "takes \(CostWords.draws(first, state.glyphs)) draws"
    return "Text that can be pulled out, cheapest first: "
      + "\(NumberFormat.counted(leaks.spans.count, "span")) in "
      + "\(NumberFormat.counted(sequences.count, "text")), \(others) of which it was not trained on. "
      + "The first, \(first.tokens.count) tokens, \(cost); the base model would have "
      + "needed \(CostWords.power(first.referenceBits))."
  }

  private static func trendsCaption(_ state: AppState) -> String {
    let standing = RunStanding(state)?.sentences.joined(separator: " ") ?? ""
    return "What each way of training gave away for what it learned: left is better, up is worse. "
      + standing
  }

  /// What a release gate says of the run, from its interval's upper end.
  private static func gateCaption(_ state: AppState) -> String {
    let how = "Your own model: \"ezscope check FILE\", then \"ezscope FILE\". "
    guard let (name, rate) = rate(ofRun: state.run, state), let upper = rate.interval?.upper else {
      return how + "\"ezscope gate FILE --max-tpr 0.05\" fails a pipeline on leakage."
    }
    let verdict = upper > 0.05 ? "stops" : "lets through"
    return how
      + "\"ezscope gate FILE --max-tpr 0.05\" \(verdict) \(name): its TPR at 1% FPR may be as high as "
      + percent(upper) + "."
  }

  private static func runsCaption(_ state: AppState) -> String {
    guard let experiment = state.experiment else { return "" }
    let pair = experiment.defaultPair
    let figures = [pair.0, pair.1].compactMap { index -> String? in
      guard let (name, rate) = rate(ofRun: index, state) else { return nil }
      return "\(name) gives away \(percent(rate.point.tpr)) of its members"
    }
    return "\(experiment.runs.count) runs over the same texts. At a false-positive rate of 1%, "
      + figures.joined(separator: "; ") + "."
  }

  private static func controlCaption(_ state: AppState) -> String {
    let quiet = state.analyses.compactMap { $0 }.filter { analysis in
      guard let auc = current(analysis, state)?.evaluation.auc else { return false }
      return auc.interval.lower < 0.55
    }
    guard !quiet.isEmpty else { return "Every run here leaks: no AUC is near one half." }
    let untaught = quiet.compactMap { analysis -> String? in
      let run = analysis.run
      guard let loss = run.validationLoss, let base = run.referenceValidationLoss,
        run.method?.family != .control, loss > base - 0.05
      else { return nil }
      return "\(run.name) (\(NumberFormat.fixed(loss, 3)), base \(NumberFormat.fixed(base, 3)))"
    }
    var sentences = ["Utility belongs beside leakage."]
    if !untaught.isEmpty {
      sentences.append(
        "Near chance, with a validation loss hardly better than the base's: "
          + listed(untaught) + ". A model that learned little has little to give away.")
    }
    let controls = quiet.filter { $0.run.method?.family == .control }.map(\.run.name)
    if !controls.isEmpty {
      sentences.append(
        "\(listed(controls)) never saw these texts: \(controls.count == 1 ? "its" : "their") AUC must "
          + "be near one half, and is.")
    }
    return sentences.joined(separator: " ")
  }

  /// `a`, `a and b`, `a, b and 3 more`.
  private static func listed(_ names: [String]) -> String {
    let shown = names.count > 3 ? names.prefix(2) + ["\(names.count - 2) more"] : names
    guard let last = shown.last, shown.count > 1 else { return names.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func sequencesCaption(_ state: AppState) -> String {
    guard let analysis = state.analysis, let attack = state.currentAttack else { return "" }
    let ranking = attack.evaluation.ranking
    let top = ranking.order.prefix(50).map { analysis.scores.labels[Int($0)] }
    let members = top.count { $0 == .member }
    return
      "The sequences of \(analysis.run.name), most member-like first: of the top \(top.count), "
      + "\(members) were in the training set. p says how rare such a score is among known "
      + "non-members."
  }

  private static func tokensCaption(_ state: AppState) -> String {
    guard let analysis = state.analysis, let row = state.row,
      let zones = analysis.scores.columns.first(where: { $0.zones != nil })?.zones
    else { return "One sequence, token by token." }
    return "One sequence, token by token. Where the target errs, orange tokens became likelier by "
      + "fine-tuning (together \(NumberFormat.fixed(zones.up[row], 1)) nats), blue ones less likely "
      + "(\(NumberFormat.fixed(zones.down[row], 1)) nats). Memorization shows as orange without blue."
  }

  private static func curveCaption(_ state: AppState) -> String {
    guard let evaluation = state.currentAttack?.evaluation, let auc = evaluation.auc else {
      return "ROC curves."
    }
    return "ROC curves on logarithmic axes. AUC \(NumberFormat.fixed(auc.auc, 3)) "
      + "\(NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3)). Left of "
      + "1/\(evaluation.nonMembers) not even one false positive can be seen: that region is shaded "
      + "because there is no evidence in it."
  }

  private static func compareCaption(_ state: AppState) -> String {
    guard let left = rate(ofRun: state.compare.left, state),
      let right = rate(ofRun: state.compare.right, state)
    else { return "Two runs side by side." }
    return "The same texts under two ways of fine-tuning: TPR at 1% FPR is "
      + "\(percent(left.rate.point.tpr)) for \(left.name) and \(percent(right.rate.point.tpr)) for "
      + "\(right.name). The cursors are locked; below are the sequences that only one of them gives away."
  }

  private static func current(_ analysis: RunAnalysis, _ state: AppState) -> AttackAnalysis? {
    state.shownAttack(in: analysis).map { analysis.attacks[$0] }
  }

  private static func rate(
    ofRun index: Int, _ state: AppState
  ) -> (name: String, rate: AttackEvaluation.Rate)? {
    guard state.analyses.indices.contains(index), let analysis = state.analyses[index],
      let rate = current(analysis, state)?.evaluation.points.first
    else { return nil }
    return (analysis.run.name, rate)
  }

  private static func percent(_ share: Double) -> String { NumberFormat.percent(share, 1) }
}
