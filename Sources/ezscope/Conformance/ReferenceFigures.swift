import Analysis
import EvidenceIO
import FoundationEssentials
import Glibc
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
    guard let document = try? JSONValue.parse(data), case .object = document else {
      throw CommandError(.badData, "\(path): is no JSON object; see ezscope help conformance")
    }
    return ReferenceFigures(document["runs"] ?? document)
  }

  private init(_ document: JSONValue) {
    func values(_ object: JSONValue) -> [(String, JSONValue)] {
      object.members.map { ($0.key, $0.value) }
    }
    var runs: [String: [String: [String: Entry]]] = [:]
    for (run, populations) in values(document) {
      for (population, attacks) in values(populations) where Population(rawValue: population) != nil
      {
        for (attack, figures) in values(attacks) {
          runs[run, default: [:]][population, default: [:]][attack] = Self.entry(figures)
        }
      }
    }
    self.runs = runs
  }

  /// The figures of an attack, if they are known.
  func entry(_ run: String, _ population: Population, _ attack: String) -> Entry? {
    runs[run]?[population.rawValue]?[attack]
  }

  /// The attacks a run has figures of, in alphabetical order.
  func attacks(of run: String) -> [String] {
    Set((runs[run] ?? [:]).values.flatMap(\.keys)).sorted()
  }

  private static func entry(_ figures: JSONValue) -> Entry? {
    guard let auc = figures["auc"] else { return nil }
    var entry = Entry(auc: auc.double)
    for member in figures.members {
      guard member.key.hasPrefix("tpr_at_"), let fpr = Double(member.key.dropFirst("tpr_at_".count))
      else { continue }
      for rate in member.value.members {
        guard let convention = FPRConvention(rawValue: rate.key), let tpr = rate.value.double else {
          continue
        }
        entry.rates.append((RateTarget(fpr: fpr, convention: convention), tpr))
      }
    }
    return entry
  }
}
