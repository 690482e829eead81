import Analysis
import Foundation
import Reports
import ScoringCore

/// Figures computed by a reference implementation, by run, population and attack.
struct ReferenceFigures {
  /// One attack's figures over one population.
  struct Entry {
    var auc: Double?
    var rates: [(target: RateTarget, tpr: Double)] = []
  }

  private let runs: [String: [String: [String: Entry]]]

  /// Reads a file; a missing one gives no figures unless it is required.
  static func load(_ path: String, isRequired: Bool) throws(CommandError) -> ReferenceFigures? {
    guard FileManager.default.fileExists(atPath: path) else {
      guard isRequired else { return nil }
      throw CommandError(.noInput, "\(path): there is no such file; check its name")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError(.inputOutput, "\(path): cannot be read; check its permissions")
    }
    guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw CommandError(.badData, "\(path): is no JSON object; see ezscope help conformance")
    }
    return ReferenceFigures(object["runs"] as? [String: Any] ?? object)
  }

  private init(_ object: [String: Any]) {
    runs = object.compactMapValues { run in
      (run as? [String: Any])?.filter { Population(rawValue: $0.key) != nil }
        .compactMapValues { population in
          (population as? [String: Any])?.compactMapValues(Self.entry)
        }
    }
  }

  /// The figures of an attack, if they are known.
  func entry(_ run: String, _ population: Population, _ attack: String) -> Entry? {
    runs[run]?[population.rawValue]?[attack]
  }

  /// The attacks a run has figures of, in alphabetical order.
  func attacks(of run: String) -> [String] {
    Set((runs[run] ?? [:]).values.flatMap(\.keys)).sorted()
  }

  private static func entry(_ value: Any) -> Entry? {
    guard let object = value as? [String: Any], object["auc"] != nil else { return nil }
    var entry = Entry(auc: (object["auc"] as? NSNumber)?.doubleValue)
    for (key, value) in object {
      guard key.hasPrefix("tpr_at_"), let fpr = Double(key.dropFirst("tpr_at_".count)),
        let conventions = value as? [String: Any]
      else { continue }
      for (name, tpr) in conventions {
        guard let convention = FPRConvention(rawValue: name), let tpr = tpr as? NSNumber else {
          continue
        }
        entry.rates.append((RateTarget(fpr: fpr, convention: convention), tpr.doubleValue))
      }
    }
    return entry
  }
}
