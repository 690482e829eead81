import Basics
import ScoringCore
import TerminalUI

/// A run in words.
package enum RunWords {
  /// `full-e3: full (parameter-based), epoch 3, validation loss 1.275 (base 1.320)`.
  package static func heading(_ run: Run) -> String {
    let parts = details(run)
    return run.name + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  private static func details(_ run: Run) -> [String] {
    var parts: [String] = []
    if let method = run.method { parts.append("\(method.rawValue) (\(method.family.rawValue))") }
    if let epoch = run.epoch { parts.append("epoch \(NumberFormat.plain(epoch))") }
    if let loss = run.validationLoss {
      let base = run.referenceValidationLoss.map { " (base \(NumberFormat.fixed($0, 3)))" } ?? ""
      parts.append("validation loss " + NumberFormat.fixed(loss, 3) + base)
    }
    return parts
  }

  /// What every document says of a run.
  package static func json(_ run: Run) -> [(key: String, value: JSON)] {
    [
      ("name", .string(run.name)), ("method", .string(run.method?.rawValue)),
      ("method_family", .string(run.method?.family.rawValue)), ("epoch", .number(run.epoch)),
      ("model", .string(run.model)), ("parameters", .int(run.parameters)),
      ("validation_loss", .number(run.validationLoss)),
      ("reference_validation_loss", .number(run.referenceValidationLoss)),
    ]
  }
}
