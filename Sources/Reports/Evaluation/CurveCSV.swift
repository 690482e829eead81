import Analysis
import ScoringCore

extension AttackEvaluation {
  /// The curve's corners, and the band that contains the whole true curve with the chance `level`.
  package func curve(level: Double) -> JSON {
    guard let roc else { return .null }
    let band = ROCBand(roc, level: level)
    func pairs(_ steps: [ROCBand.Step]) -> JSON {
      .list(steps.map { .list([.number($0.fpr), .number($0.tpr)]) })
    }
    return .object([
      (
        "vertices",
        .list(
          roc.corners().map {
            .list([.number($0.fpr), .number($0.tpr), .threshold($0.threshold)])
          })
      ),
      (
        "band",
        .object([
          ("level", .number(level)), ("simultaneous", .bool(true)),
          ("lower", pairs(band.lower)), ("upper", pairs(band.upper)),
        ])
      ),
    ])
  }
}

extension EvaluationReport {
  /// One row for each corner of a curve and each step of its band.
  package var curveCSV: String {
    var text = "run,attack,line,fpr,tpr,threshold,threshold_class\n"
    for run in runs {
      for attack in run.attacks {
        guard let roc = attack.evaluation.roc else { continue }
        let names = [run.run.name, attack.spelling].map(AlignedTable.csvField)
          .joined(separator: ",")
        for vertex in roc.corners() {
          let threshold = vertex.threshold.map { "\($0.value),\($0.status.name)" } ?? ","
          text += "\(names),curve,\(vertex.fpr),\(vertex.tpr),\(threshold)\n"
        }
        let band = ROCBand(roc, level: settings.options.level)
        for (name, steps) in [("band_lower", band.lower), ("band_upper", band.upper)] {
          for step in steps { text += "\(names),\(name),\(step.fpr),\(step.tpr),,\n" }
        }
      }
    }
    return text
  }
}
