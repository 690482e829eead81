/// What levels are taken from.
package enum TrendAxis: String, CaseIterable, Sendable {
  case epoch
  case modelParameters = "model_parameters"
  case duplicates
  case method
  case methodFamily = "method_family"
  case family

  /// Whether the levels are parts of each run's sequences, not runs.
  package var isSlice: Bool { self == .duplicates || self == .family }

  /// Whether levels are numbers, so that there are slopes.
  package var isNumeric: Bool { self == .epoch || self == .modelParameters || self == .duplicates }

  /// Whether a step of the line is a doubling.
  package var isDoubling: Bool { self == .modelParameters || self == .duplicates }

  /// Its name above a column.
  package var heading: String { self == .modelParameters ? "size" : title }

  /// What sentences call it.
  package var title: String {
    switch self {
    case .epoch: "epoch"
    case .modelParameters: "parameters"
    case .duplicates: "repeats"
    case .method: "method"
    case .methodFamily: "method family"
    case .family: "family"
    }
  }

  /// What a slope is over.
  package var unit: String {
    switch self {
    case .epoch: "an epoch"
    case .modelParameters: "a doubling of parameters"
    default: "a doubling of repeats"
    }
  }
}
