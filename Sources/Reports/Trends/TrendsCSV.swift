import Analysis
import Basics
import ScoringCore

extension TrendsReport {
  /// Figures, slopes and comparisons, a line each.
  package var csv: String {
    var lines = ["what,subject,against,level,run,value,lower,upper,p,p_holm,validation_loss"]
    func add(_ words: [String], _ numbers: [Double?]) {
      let fields =
        words.map(AlignedTable.csvField) + numbers.map { $0.map { JSON.number($0).line } ?? "" }
      lines.append(fields.joined(separator: ","))
    }
    for (point, estimate) in zip(points, figures.estimates) {
      add(
        ["figure", point.group, "", point.name, point.run.name],
        [
          estimate.value, estimate.interval?.lower, estimate.interval?.upper, nil, nil,
          point.run.validationLoss,
        ])
    }
    func add(
      _ words: [String], _ contrast: PairedFigures.Contrast, holm: Double?
    ) {
      add(
        words,
        [
          contrast.value, contrast.interval.lower, contrast.interval.upper,
          NumberFormat.boundedPValue(contrast.pValue), holm.map(NumberFormat.boundedPValue), nil,
        ])
    }
    for group in study?.groups ?? [] {
      if let slope = group.slope { add(["slope", group.name, "", "", ""], slope, holm: nil) }
    }
    for comparison in study?.comparisons ?? [] {
      let what = comparison.kind == .slopes ? "slope_difference" : "difference"
      add(
        [what, comparison.group, comparison.base, "", ""], comparison.difference,
        holm: comparison.holm)
    }
    for contrast in contrasts {
      add(
        ["difference", contrast.subject, contrast.against, "", ""], contrast.difference,
        holm: contrast.holm)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
