import ScoringCore

/// What two runs of an experiment give away at a false-positive rate that it can resolve.
package struct LowRateComparison: Sendable {
  /// A run and its TPR.
  package struct Side: Sendable {
    package let run: String
    package let rate: AttackEvaluation.Rate
  }

  package let fpr: Double
  package let nonMembers: Int
  package let left: Side
  package let right: Side

  /// Evaluates the pair that Compare opens on; nil where the rate cannot be resolved there.
  ///
  /// - Parameters:
  ///   - inputs: the runs of an experiment.
  ///   - snapshot: the same experiment.
  package init?(
    _ inputs: [RunInput], of snapshot: ExperimentSnapshot, attack: String = ErrorZone.card.id,
    fpr: Double = 0.001
  ) {
    var options = EvaluationOptions()
    options.fprs = [fpr]
    options.replicates = 0
    func side(_ index: Int) -> (Side, Int)? {
      guard inputs.indices.contains(index) else { return nil }
      let analysis = inputs[index].analysis(
        AttackRequest(attack), population: .primary, options: options, texts: TextGuards())
      guard let evaluation = analysis?.attacks.first?.evaluation,
        let rate = evaluation.points.first, rate.point.resolution == .ok
      else { return nil }
      return (Side(run: inputs[index].run.name, rate: rate), evaluation.nonMembers)
    }
    let pair = snapshot.defaultPair
    guard let (left, count) = side(pair.0), let (right, _) = side(pair.1), pair.0 != pair.1 else {
      return nil
    }
    (self.left, self.right, nonMembers, self.fpr) = (left, right, count, fpr)
  }
}
