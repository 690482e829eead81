import Analysis
import ScoringCore

extension GateReport {
  /// The document scripts read.
  package var json: JSON {
    let document = JSON.object([
      ("version", .int(1)), ("passed", .bool(isOpen)),
      ("attack_choice", .string(attackChoice)),
      ("checks", .list(verdicts.map(Self.json))),
    ])
    return provenance.map(document.adding) ?? document
  }

  private static func json(_ verdict: GateVerdict) -> JSON {
    let interval = verdict.interval.map { JSON.list([.number($0.lower), .number($0.upper)]) }
    var members: [(key: String, value: JSON)] = [
      ("run", .string(verdict.run)), ("measure", .string(verdict.key)),
      ("title", .string(verdict.title)), ("attack", .string(verdict.measure.attack)),
      ("budget", .number(verdict.budget)), ("outcome", .string(verdict.outcome.rawValue)),
      ("figure", .number(verdict.figure)), ("interval", interval ?? .null),
      ("interval_method", .string(verdict.interval?.method.rawValue)),
    ]
    if case .tpr(_, let fpr) = verdict.measure {
      members += [
        ("fpr", .number(fpr)), ("max_tpr", .number(verdict.budget)),
        ("tpr", .number(verdict.figure)),
        ("resolution", .string(verdict.resolution?.rawValue)),
      ]
    }
    if case .discoverable(let draws) = verdict.measure {
      members.append(("log2_draws", .number(draws)))
    }
    return .object(
      members + [
        ("reason", .string(verdict.reason)), ("meaning", .string(verdict.meaning)),
        ("doubtful", .bool(!verdict.doubts.isEmpty)),
        ("guards", .list((verdict.doubts + verdict.notChecked).map(\.json))),
      ])
  }
}
