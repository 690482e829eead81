import Analysis
import Basics
import ScoringCore

extension RunReport {
  /// `full fine-tuning (parameter-based), base-main, 2.4M parameters, epoch 3, ...`.
  package var summary: String {
    var parts: [String] = []
    if let method = run.method { parts.append("\(method.rawValue) (\(method.family.rawValue))") }
    if let model = run.model { parts.append("model \(model)") }
    if let parameters = run.parameters {
      let trained = run.trainableParameters.map { " (\(NumberFormat.compact($0)) trained)" } ?? ""
      parts.append(NumberFormat.compact(parameters) + " parameters" + trained)
    }
    if let epoch = run.epoch { parts.append("epoch \(NumberFormat.plain(epoch))") }
    if let loss = run.validationLoss {
      let base = run.referenceValidationLoss.map { " (base \(NumberFormat.fixed($0, 3)))" } ?? ""
      parts.append("validation loss " + NumberFormat.fixed(loss, 3) + base)
    }
    return parts.joined(separator: ", ")
  }

  /// `2,000 members, 2,000 non-members, 168 sequences outside the primary population`.
  package var population: String {
    var parts = [
      NumberFormat.counted(members, "member"), NumberFormat.counted(nonMembers, "non-member"),
    ]
    if unknown > 0 { parts.append(NumberFormat.count(unknown) + " of unknown label") }
    if outside > 0 {
      parts.append(NumberFormat.count(outside) + " more outside the primary population")
    }
    if let documents { parts.append("cut from " + NumberFormat.counted(documents, "document")) }
    return parts.joined(separator: ", ")
  }
}
