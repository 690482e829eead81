/// What is followed along the levels.
package enum TrendFigure: String, CaseIterable, Sendable {
  case auc, tpr, verbatim
  case nearVerbatim = "near-verbatim"
  case rougeL = "rouge-l"

  package var needsScores: Bool { self == .auc || self == .tpr }
  /// Its column's heading, as the other commands have it.
  package var heading: String {
    switch self {
    case .auc: "AUC"
    case .tpr: "TPR"
    case .verbatim, .nearVerbatim: rawValue
    case .rougeL: "ROUGE-L"
    }
  }
  /// Whether it is written in percent.
  package var isRate: Bool { self == .tpr || self == .verbatim || self == .nearVerbatim }
}
