import Analysis
import ScoringCore

extension GateReport {
  /// The document scripts read.
  package var json: JSON {
    .object([
      ("version", .int(1)), ("passed", .bool(isOpen)),
      ("checks", .list(verdicts.map(Self.json))),
    ])
  }

  private static func json(_ verdict: GateVerdict) -> JSON {
    let interval = verdict.rate?.interval.map { JSON.list([.number($0.lower), .number($0.upper)]) }
    return .object([
      ("run", .string(verdict.run)), ("attack", .string(verdict.attack)),
      ("fpr", .number(verdict.fpr)), ("max_tpr", .number(verdict.budget)),
      ("outcome", .string(verdict.outcome.rawValue)),
      ("tpr", .number(verdict.rate?.point.tpr)), ("interval", interval ?? .null),
      ("resolution", .string(verdict.rate?.point.resolution.rawValue)),
      ("reason", .string(verdict.reason)), ("doubtful", .bool(!verdict.doubts.isEmpty)),
      ("guards", .list((verdict.doubts + verdict.notChecked).map(\.json))),
    ])
  }
}
