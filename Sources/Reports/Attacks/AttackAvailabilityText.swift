import Analysis
import Basics
import ScoringCore
import TerminalUI

extension AttackAvailability {
  /// What runs allow, for people: those that allow and lack the same are named together.
  package static func text(_ runs: [AttackAvailability]) -> [String] {
    NamesByText(runs.map { ($0.run, $0.list + "\n" + $0.remedies) }).groups.map { names, text in
      let parts = text.split(separator: "\n", maxSplits: 1)
      let shown = names.map { SafeText.oneLine($0) }.joined(separator: ", ")
      return FigureText.wrapped("Attacks for \(shown): \(parts[0])")
        + (parts.count > 1 ? parts[1] : "")
    }
  }

  /// The same in a sentence or two: what lacks is named, and how to get it is left to `--all`.
  package static func summary(_ runs: [AttackAvailability]) -> [String] {
    let groups = NamesByText(runs.map { ($0.run, $0.list) }).groups
    return groups.prefix(3).map { names, list in
      let shown =
        names.count > 4
        ? "\(names.count) runs" : names.map { SafeText.oneLine($0) }.joined(separator: ", ")
      let lacking = runs.first { $0.run == names.first }?.lacking ?? ""
      return "Attacks for \(shown): \(list)."
        + (lacking.isEmpty ? "" : " Not: \(lacking); --all says how to get these.")
    }
  }

  /// What is missing, each with the attacks that it would allow.
  private var lacking: String {
    let problems = attacks.compactMap(\.problem)
    var missing: [String] = []
    for problem in problems {
      let names = problem.missing.columnNames.joined(separator: ", ")
      if !missing.contains(names) { missing.append(names) }
    }
    return missing.map { wanted in
      let names = problems.filter { $0.missing.columnNames.joined(separator: ", ") == wanted }
        .map(\.attack)
      return "\(names.joined(separator: ", ")) (want \(wanted))"
    }.joined(separator: "; ")
  }

  /// The attacks that can be computed; a score file's column names are foreign texts.
  private var list: String {
    let possible = attacks.filter { $0.problem == nil }.map(\.spelling)
    return possible.isEmpty
      ? "none" : Sanitize.text(possible.joined(separator: ", "), escaping: .preview)
  }

  private var remedies: String {
    var text = ""
    // By what is missing, not by attack: one column often is all that several of them lack.
    let problems = attacks.compactMap(\.problem)
    var told: Set<String> = []
    for remedy in problems.flatMap(\.remedies) where told.insert(remedy).inserted {
      let names = problems.filter { $0.remedies.contains(remedy) }.map { problem in
        problem.attack + (problem.remedies.count > 1 ? "*" : "")
      }
      if told.count == 1 {
        text += "To compute more, supply (* marks attacks that need more than one of these):\n"
      }
      text += FigureText.wrapped("\(remedy) [\(names.joined(separator: ", "))]", indent: 2)
    }
    return text
  }

  package var json: JSON {
    .object([
      ("run", .string(run)),
      (
        "attacks",
        .list(
          attacks.map {
            .object([
              ("attack", .string($0.spelling)), ("available", .bool($0.problem == nil)),
              ("reason", .string($0.problem?.description)),
            ])
          })
      ),
    ])
  }
}
