import Analysis
import ScoringCore

extension GuardFinding {
  /// A finding as scripts read it: its figures stand beside its name.
  package var json: JSON {
    var members: [(key: String, value: JSON)] = [
      ("name", .string(kind.rawValue)), ("outcome", .string(outcome.rawValue)),
      ("tripped", .bool(isTripped)),
    ]
    if let groups {
      members += [("first", .string(groups.first)), ("second", .string(groups.second))]
    }
    if !attacks.isEmpty { members.append(("attacks", .strings(attacks))) }
    for figure in figures {
      // Counts are written as whole numbers.
      let whole = Int(exactly: figure.value).map { JSON.int($0) }
      members.append((figure.name, whole ?? .number(figure.value)))
      if let interval = figure.interval {
        members.append((figure.name + "_interval", .interval(interval)))
      }
    }
    return .object(members + [("sentence", .string(sentence))])
  }
}
