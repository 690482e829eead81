import Basics

extension PlotAxes {
  /// How the axes of ROC curves run.
  package enum ROCScale: Hashable, Sendable { case linear, logX, logLog }

  /// The axes of ROC curves; logarithmic ones end below the least FPR there is evidence for.
  ///
  /// `lowest` is the lowest TPR worth showing: a logarithmic y axis begins at the decade below it.
  package static func roc(
    _ kind: ROCScale, resolution: Double, lowest: Double = 0, isTitled: Bool = true
  ) -> PlotAxes {
    let floor = min(0.1, resolution / 3)
    let decade =
      lowest > 0 ? NumberFormat.powerOfTen(NumberFormat.decade(of: min(lowest, 0.99))) : 0
    return PlotAxes(
      x: kind == .linear ? .linear(0, 1) : .log10(floor, 1),
      y: kind == .logLog ? .log10(max(floor, decade), 1) : .linear(0, 1),
      xTitle: isTitled ? "false-positive rate" : "", yTitle: isTitled ? "true-positive rate" : "")
  }
}
