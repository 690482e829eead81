import Basics
import ScoringCore
import TerminalUI

/// Whether one attack on one run stays within a leakage budget, and why.
struct GateVerdict {
  enum Outcome: String {
    /// The interval's upper end is within the budget.
    case passed
    /// It is not.
    case failed
    /// The evidence cannot decide: too few non-members for the FPR, or no figure at all.
    case undecided
  }

  let run: String
  let attack: String
  let fpr: Double
  let budget: Double
  let outcome: Outcome
  /// The figure and its interval, where there is one.
  let rate: AttackEvaluation.Rate?
  /// One paragraph for a person: what was found, against what, and what follows.
  let reason: String
  /// What makes the verdict doubtful, whichever it is.
  let doubts: [GuardFinding]
  /// What could not be looked at.
  let notChecked: [GuardFinding]

  init(
    _ evaluation: AttackEvaluation, run: String, attack: String, fpr: Double, budget: Double,
    guards: [GuardFinding]
  ) {
    // The verdict's own reason speaks of the number of non-members.
    let found = guards.filter {
      $0.kind != .tooFewNonMembers && ($0.attacks.isEmpty || $0.attacks.contains(attack))
    }
    doubts = found.tripped
    notChecked = found.filter { $0.outcome == .notChecked }
    self.run = run
    self.attack = attack
    self.fpr = fpr
    self.budget = budget
    rate = evaluation.points.first
    guard let rate, let interval = rate.interval else {
      outcome = .undecided
      reason =
        "\(run): \(attack) has no TPR at an FPR of \(NumberFormat.rate(fpr)), because that needs members "
        + "and non-members and there are \(NumberFormat.count(evaluation.members)) and "
        + "\(NumberFormat.count(evaluation.nonMembers)). "
        + "Nothing is decided, so the gate does not open."
      return
    }
    let decimals = Self.decimals(interval, budget)
    func percent(_ share: Double) -> String { NumberFormat.percent(share, decimals) }
    let figure =
      "\(run): \(attack) finds \(percent(rate.point.tpr)) of members at an FPR of "
      + "\(NumberFormat.rate(fpr)), 95% interval \(percent(interval.lower)) to "
      + "\(percent(interval.upper)), over \(NumberFormat.counted(evaluation.members, "member")) and "
      + "\(NumberFormat.counted(evaluation.nonMembers, "non-member")). "
    guard rate.point.resolution != .notResolvable else {
      outcome = .undecided
      let needed = fpr > 0 ? Int((1 / fpr).rounded(.up)) : nil
      reason =
        figure
        + "Fewer than one non-member may be mistaken at this FPR, so the figure is no evidence: "
        + (needed.map {
          "bring at least \(NumberFormat.counted($0, "non-member")) (better ten times as many), "
        }
          ?? "choose an FPR above 0, ")
        + "or gate at a higher FPR. The gate does not open."
      return
    }
    let weak =
      rate.point.resolution == .weak
      ? " Fewer than ten non-members decide it, so the interval is wide." : ""
    if interval.upper <= budget {
      outcome = .passed
      reason = figure + "The upper end is within the budget of \(NumberFormat.rate(budget))." + weak
    } else {
      outcome = .failed
      reason =
        figure
        + (interval.lower > budget
          ? "The whole interval is above the budget of \(NumberFormat.rate(budget))."
          : "The upper end is above the budget of \(NumberFormat.rate(budget)), so leakage within it is "
            + "not shown.") + weak
    }
  }

  /// One decimal as everywhere, and more where the budget or what tells it from an end takes them.
  private static func decimals(_ interval: Interval, _ budget: Double) -> Int {
    func differs(_ end: Double, _ decimals: Int) -> Bool {
      end == budget || NumberFormat.percent(end, decimals) != NumberFormat.percent(budget, decimals)
    }
    let least = budget > 0 && budget < 0.001 ? 3 : budget > 0 && budget < 0.01 ? 2 : 1
    return (least..<5).first { differs(interval.upper, $0) && differs(interval.lower, $0) } ?? 5
  }
}

/// The verdicts of a gate in the formats pipelines read.
struct GateReport {
  let verdicts: [GateVerdict]

  var isOpen: Bool { verdicts.allSatisfy { $0.outcome == .passed } }

  var text: String {
    byRun.map { verdicts in
      let reasons = verdicts.map { verdict in
        let outcome = verdict.outcome.rawValue.uppercased() + "  "
        let reason = Figures.wrapped(
          verdict.reason, indent: outcome.count, hang: 2 - outcome.count)
        return outcome + reason.dropFirst(outcome.count)
      }
      let lines =
        Self.doubts(verdicts).map { "doubtful: \($0)" } + Self.notChecked(verdicts)
      return reasons.joined() + lines.map { Figures.wrapped($0, indent: 2) }.joined()
    }.joined()
  }

  /// The verdicts of each run together: most doubts are about a run, and are told once.
  private var byRun: [[GateVerdict]] {
    var runs: [[GateVerdict]] = []
    for verdict in verdicts {
      if runs.last?.first?.run == verdict.run {
        runs[runs.endIndex - 1].append(verdict)
      } else {
        runs.append([verdict])
      }
    }
    return runs
  }

  private static func doubts(_ verdicts: [GateVerdict]) -> [String] {
    distinct(verdicts.flatMap(\.doubts).map(\.sentence))
  }

  private static func notChecked(_ verdicts: [GateVerdict]) -> [String] {
    distinct(verdicts.flatMap(\.notChecked.notCheckedSentences))
  }

  private static func distinct(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }

  var json: JSON {
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

  /// JUnit's XML: a suite with one case a check.
  var junit: String {
    let failures = verdicts.count { $0.outcome != .passed }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuite name="ezscope gate" tests="\#(verdicts.count)" failures="\#(failures)">"#,
    ]
    for verdict in verdicts {
      let name = Self.xml("TPR of \(verdict.attack) at FPR \(verdict.fpr)")
      let head = #"  <testcase classname="\#(Self.xml(verdict.run))" name="\#(name)""#
      let doubts = verdict.doubts.map { Self.xml($0.sentence) }.joined(separator: "\n")
      let output = doubts.isEmpty ? [] : ["    <system-out>doubtful: \(doubts)</system-out>"]
      if verdict.outcome == .passed {
        lines += output.isEmpty ? [head + "/>"] : [head + ">"] + output + ["  </testcase>"]
      } else {
        lines.append(head + ">")
        lines.append(
          #"    <failure type="\#(verdict.outcome.rawValue)" message="\#(Self.xml(verdict.reason))"/>"#
        )
        lines += output + ["  </testcase>"]
      }
    }
    return (lines + ["</testsuite>", ""]).joined(separator: "\n")
  }

  /// Annotations as GitHub's runners read them from standard output.
  var github: String {
    byRun.map { verdicts in
      verdicts.map {
        Self.annotation($0.outcome == .passed ? "notice" : "error", $0.reason)
      }.joined()
        + Self.doubts(verdicts).map {
          Self.annotation("warning", "\(verdicts[0].run): doubtful: \($0)")
        }.joined()
    }.joined()
  }

  private static func annotation(_ kind: String, _ text: String) -> String {
    let message = Sanitize.text(text)
      .replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    return "::\(kind) title=ezscope gate::\(message)\n"
  }

  private static func xml(_ text: String) -> String {
    Sanitize.text(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
