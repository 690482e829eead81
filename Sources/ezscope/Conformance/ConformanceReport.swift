import Basics
import Reports
import TerminalUI

/// All comparisons with a reference, ready to be written.
struct ConformanceReport {
  let checks: [ConformanceCheck]

  /// How many comparisons failed.
  var failures: Int { checks.count { !$0.passes } }

  var text: String {
    var table = AlignedTable([
      "run", "attack", ">sequences", ">deviation", ">classes", ">AUC given", ">TPR given",
      ">AUC own", ">TPR own", "result",
    ])
    for check in checks {
      let scores = check.scores
      table.add([
        check.run, check.attack, scores.map { NumberFormat.count($0.compared) } ?? "-",
        scores.map { Self.deviation($0.largestDeviation) } ?? "-",
        scores.map { String($0.otherClass) } ?? "-",
        check.given.compared > 0 ? Self.deviation(check.given.auc) : "-",
        check.given.compared > 0 ? Self.members(check.given.members) : "-",
        check.own.compared > 0 ? Self.deviation(check.own.auc) : "-",
        check.own.compared > 0 ? Self.members(check.own.members) : "-",
        Self.result(check),
      ])
    }
    var text = table.text() + "\n"
    for (note, runs) in notes { text += FigureText.wrapped("Not computed for \(runs): \(note)") }
    for check in checks where check.missing > 0 {
      text += FigureText.wrapped(
        "\(check.run), \(check.attack): \(check.missing) of the reference's sequences are missing")
    }
    text += FigureText.wrapped(
      "deviation: largest relative difference of a score, P or N (at most 1e-5); classes: "
        + "sequences of another class (0). given: figures from the reference's scores against "
        + "its figures (AUC within 1e-9, TPR exact); own: figures from our scores (AUC within "
        + "1e-6, TPR within one sequence). TPR differences are in members.")
    let compared = checks.count(where: \.isChecked)
    return text + "\(compared) compared, \(failures) failed\n"
  }

  /// Each reason why scores were not computed, with the runs it holds for.
  private var notes: [(note: String, runs: String)] {
    var runs: [(note: String, runs: String)] = []
    for check in checks where !check.note.isEmpty {
      if let place = runs.firstIndex(where: { $0.note == check.note }) {
        runs[place].runs += ", " + check.run
      } else {
        runs.append((check.note, check.run))
      }
    }
    return runs
  }

  var json: JSON {
    .object([
      ("version", .int(1)), ("compared", .int(checks.count(where: \.isChecked))),
      ("failed", .int(failures)), ("checks", .list(checks.map(Self.json))),
    ])
  }

  private static func json(_ check: ConformanceCheck) -> JSON {
    func figures(_ figures: FigureAgreement) -> JSON {
      guard figures.compared > 0 else { return .null }
      return .object([
        ("figures", .int(figures.compared)), ("auc", .number(figures.auc)),
        ("tpr_members", .number(figures.members)),
      ])
    }
    return .object([
      ("run", .string(check.run)), ("attack", .string(check.attack)),
      ("passes", .bool(check.passes)),
      ("note", check.note.isEmpty ? .null : .string(check.note)),
      ("sequences", .int(check.scores?.compared)), ("missing", .int(check.missing)),
      ("largest_deviation", .number(check.scores?.largestDeviation)),
      ("other_class", .int(check.scores?.otherClass)),
      ("given_scores", figures(check.given)), ("own_scores", figures(check.own)),
    ])
  }

  private static func result(_ check: ConformanceCheck) -> String {
    if !check.passes { return "FAILED" }
    if !check.isChecked { return "not compared" }
    if check.isScoresOnly { return "ok (scores only)" }
    return check.note.isEmpty ? "ok" : "ok (figures only)"
  }

  private static func deviation(_ value: Double) -> String {
    value == 0 ? "0" : NumberFormat.scientific(value, 1)
  }

  private static func members(_ value: Double) -> String {
    value < 1e-6 ? "0" : NumberFormat.fixed(value, 2)
  }
}
