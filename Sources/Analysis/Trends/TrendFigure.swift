/// What is followed along the levels.
package enum TrendFigure: String, CaseIterable, Sendable {
  case auc, tpr, leaks, discoverable, verbatim
  case nearVerbatim = "near-verbatim"
  case rougeL = "rouge-l"

  package var needsScores: Bool { self == .auc || self == .tpr }
  /// Whether it is of what models wrote.
  package var needsContinuations: Bool {
    self == .verbatim || self == .nearVerbatim || self == .rougeL
  }
  /// Its column's heading, as the other commands have it.
  package var heading: String {
    switch self {
    case .auc: "AUC"
    case .tpr: "TPR"
    case .leaks: "per 1,000"
    case .discoverable, .verbatim, .nearVerbatim: rawValue
    case .rougeL: "ROUGE-L"
    }
  }
  /// Whether it is written in percent.
  package var isRate: Bool {
    self == .tpr || self == .discoverable || self == .verbatim || self == .nearVerbatim
  }
}
