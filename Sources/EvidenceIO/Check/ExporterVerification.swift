import ScoringCore

/// What the exporter found out about a run's models before it believed them, read off the keys
/// that it writes into the evidence's metadata.
package struct ExporterVerification: Sendable {
  /// Who found it out, with its version.
  package var by: String
  /// What was looked at and what was found, in one order.
  package var findings: [(name: String, value: String)]

  /// The findings of a run; nil for evidence of another tool, or of a version that looked at less.
  package init?(_ run: Run) {
    func detail(_ key: String) -> String? { run.details.first { $0.key == key }?.value }
    guard let version = detail("exporter"), detail("weights_loaded") != nil else { return nil }
    var found: [(name: String, value: String)] = []
    func add(_ name: String, _ target: String?, _ reference: String?, unit: String = "") {
      guard let target else { return }
      let other = reference.map { ", reference \($0)\(unit)" } ?? ""
      found.append((name: name, value: target + unit + other))
    }
    for (name, key, unit) in Self.keys {
      add(name, detail(key), detail("reference_" + key), unit: unit)
    }
    add("precision", run.precision, run.referencePrecision ?? detail("reference_precision"))
    add("alignment", detail("alignment"), nil)
    by = "ezscope-export \(version)"
    findings = found
  }

  /// The keys of the target; the reference's have `reference_` before them.
  private static let keys = [
    ("weights loaded", "weights_loaded", ""),
    ("moved by later tokens", "causality_difference", " nats"),
    ("moved by other texts", "batching_difference", " nats"),
    ("logits", "logits", ""),
    ("quantization", "quantization", ""),
    ("layers placed", "device_map", ""),
  ]
}
