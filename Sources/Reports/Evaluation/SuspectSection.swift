import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SuspectReport {
  /// How many named suspects a text lists for an attack; CSV and JSON list all.
  private static let listed = 10

  /// The set first, then the names.
  package func sections(_ settings: EvaluationReport.Settings) -> [ReportSection] {
    guard !attacks.isEmpty else {
      let title =
        wantsSet
        ? "Not tested whether the suspects were trained on" : "No suspects named"
      return [ReportSection(title: title, remarks: [problem ?? "There are no scores."])]
    }
    return (wantsSet ? [setSection(settings), shareSection(settings)] : [])
      + (rate.map { [names($0)] } ?? [])
  }

  /// The set by all attacks at once, and how much of it was trained on.
  private func shareSection(_ settings: EvaluationReport.Settings) -> ReportSection {
    let title = "By all attacks at once, and the share of suspects that are members"
    guard !isDoubtful else {
      return ReportSection(
        title: title,
        remarks: [
          "Void, because texts alone tell suspects from non-members, and then such tests find "
            + "non-members guilty: \(problem ?? "")"
        ])
    }
    var remarks: [String] = []
    if let inference {
      let count = NumberFormat.counted(inference.attacks.count, "attack")
      remarks.append(
        "All attacks at once: p = \(NumberFormat.pValue(inference.pValue)) that the set was not "
          + "trained on (\(count) joined by a linear discriminant that is fitted on one half of the "
          + "known members and non-members and judged by the other half's non-members; twice the "
          + "median over \(NumberFormat.counted(inference.tests.count, "split"))). Held-out members "
          + "give p = \(NumberFormat.pValue(inference.positivePValue)); held-out non-members among "
          + "themselves p < 5% in "
          + "\(NumberFormat.percent(inference.negativeRejections, 0)) of the splits.")
    } else {
      remarks.append(
        "All attacks at once: not tested, which takes 40 known members and 40 known non-members.")
    }
    let level = NumberFormat.rate(settings.options.level)
    var table = AlignedTable([
      "attack", "share of members [\(level)]", ">suspects above", ">TPR", ">FPR",
    ])
    for attack in attacks {
      guard let share = attack.share else { continue }
      table.add([
        attack.spelling, FigureText.cell(share.value, share.interval, decimals: 1),
        NumberFormat.percent(share.hitRate), NumberFormat.percent(share.tpr),
        NumberFormat.percent(share.fpr),
      ])
    }
    remarks.append(
      table.isEmpty
        ? "Share of members: not estimated, which takes 20 known members, 20 known non-members and "
          + "an attack whose TPR is 5 points above its FPR."
        : "Share of members: (suspects above - FPR)/(TPR - FPR) at the threshold that tells one half "
          + "of the known sequences apart best, rates from the other half; the interval resamples "
          + "all three groups.")
    return ReportSection(title: title, tables: table.isEmpty ? [] : [table], remarks: remarks)
  }

  private func setSection(_ settings: EvaluationReport.Settings) -> ReportSection {
    var table = AlignedTable([
      "attack", "suspect above non-member [\(NumberFormat.rate(settings.options.level))]", ">p",
      ">p (permuted)", ">p (Holm)", ">control p", ">split p < 5%",
    ])
    for attack in attacks {
      guard let set = attack.set else { continue }
      table.add([
        attack.spelling,
        FigureText.cell(set.test.superiority, set.test.interval, decimals: 3, percent: false),
        NumberFormat.pValue(set.test.pValue),
        set.test.permutationPValue.map(NumberFormat.pValue) ?? "-",
        attack.setHolm.map(NumberFormat.pValue) ?? "-",
        set.control.map { NumberFormat.pValue($0.pValue) } ?? "-",
        set.splits > 0
          ? NumberFormat.percent(Double(set.rejections) / Double(set.splits), 1)
            + (set.isSound ? "" : " !") : "-",
      ])
    }
    var remarks = [
      "p: is the chance that a suspect outranks a non-member above one half (rank sum; permuted: "
        + "the share of random relabellings as high; Holm corrects that over attacks). Control: "
        + "half of the non-members tested against the other half, which must find nothing; the "
        + "last column is how many of 200 such splits fell below 5%."
    ]
    let unsound = attacks.filter { $0.set?.isSound == false }.map(\.spelling)
    if !unsound.isEmpty {
      remarks.append(
        "! The controls of \(unsound.joined(separator: ", ")) find something oftener than chance "
          + "does: do not believe their p. If sequences are parts of documents, name those in "
          + "meta.document.")
    }
    let drifting = attacks.filter { $0.set?.isDrifting == true }.map(\.spelling)
    if !drifting.isEmpty {
      remarks.append(
        "Non-members of the second half of the file score unlike those of the first under "
          + "\(drifting.joined(separator: ", ")): they are not of one kind, and suspects may differ "
          + "from them for the same reason.")
    }
    if let problem { remarks.append("Doubtful: \(problem)") }
    remarks.append(
      "It answers for the set, not for any sequence, and only if nothing but training tells the "
        + "suspects from the non-members.")
    return ReportSection(
      title: "The \(NumberFormat.count(count)) suspects as a set, against "
        + "\(NumberFormat.counted(nonMembers, "non-member"))", tables: [table], remarks: remarks)
  }

  private func names(_ rate: Double) -> ReportSection {
    let title =
      "Suspects that can be named when \(NumberFormat.rate(rate)) of the names may be wrong "
      + "(Benjamini-Hochberg)"
    guard !isDoubtful else {
      return ReportSection(title: title, remarks: ["None: \(problem ?? "")"])
    }
    var table = AlignedTable(["attack", ">named", ">of", ">smallest p"])
    var lists: [String] = []
    for attack in attacks {
      let named = attack.suspects.filter { $0.adjusted <= rate }
      table.add([
        attack.spelling, NumberFormat.count(named.count), NumberFormat.count(attack.suspects.count),
        attack.suspects.map(\.pValue).min().map(NumberFormat.pValue) ?? "-",
      ])
      guard !named.isEmpty else { continue }
      let rest = named.count - Self.listed
      lists.append(
        "\(attack.spelling) names "
          + named.prefix(Self.listed).map(\.id).joined(separator: ", ")
          + (rest > 0 ? " and \(NumberFormat.count(rest)) more." : "."))
    }
    let smallest = attacks.first?.smallestPossible ?? 1
    var remarks = lists
    remarks.append(
      "The smallest p that \(NumberFormat.counted(nonMembers, "non-member")) allow is "
        + "\(NumberFormat.pValue(smallest)). Lists are not corrected for having looked at several "
        + "attacks. --format csv writes every suspect.")
    // Benjamini-Hochberg names k suspects only if the k-th p is at most rate·k/count.
    let needed = Int(saturating: (smallest * Double(count) / rate).rounded(.up))
    if needed > 1, needed <= count {
      remarks.append(
        "With so few non-members at least \(NumberFormat.count(needed)) suspects must stand out "
          + "before one is named.")
    } else if needed > count {
      remarks.append(
        "With so few non-members nobody can be named at this rate: bring at least "
          + "\(NumberFormat.count(Int(saturating: (1 / rate).rounded(.up)) - 1)).")
    }
    return ReportSection(title: title, tables: [table], remarks: remarks)
  }

  /// What is known of one attack's suspects, as scripts read it.
  package func json(_ spelling: String) -> [(key: String, value: JSON)] {
    guard let attack = attacks.first(where: { $0.spelling == spelling }) else { return [] }
    var members: [(key: String, value: JSON)] = []
    if let rate {
      members.append(
        (
          "suspects",
          .object([
            ("fdr", .number(rate)), ("tested", .int(attack.suspects.count)),
            ("named", .int(isDoubtful ? 0 : attack.named(rate))),
            ("problem", .string(problem)),
            ("smallest_possible_p", .number(attack.smallestPossible)),
            (
              "list",
              .list(
                attack.suspects.map { suspect in
                  .object([
                    ("id", .string(suspect.id)), ("score", .number(suspect.score.value)),
                    ("class", .string(suspect.score.status.name)), ("p", .pValue(suspect.pValue)),
                    ("p_adjusted", .number(suspect.adjusted)),
                    ("named", .bool(!isDoubtful && suspect.adjusted <= rate)),
                  ])
                })
            ),
          ])
        ))
    }
    if let set = attack.set { members.append(("set", json(set, holm: attack.setHolm))) }
    if let share = attack.share {
      members.append(
        (
          "member_share",
          .object([
            ("share", .number(share.value)), ("interval", .interval(share.interval)),
            ("suspects_above", .number(share.hitRate)), ("tpr", .number(share.tpr)),
            ("fpr", .number(share.fpr)), ("threshold", .threshold(share.threshold)),
            ("suspects", .int(share.suspects)), ("members", .int(share.members)),
            ("non_members", .int(share.nonMembers)),
          ])
        ))
    }
    return members
  }

  /// What all attacks say at once, as scripts read it; null where nothing was tested.
  package var inferenceJSON: JSON {
    guard wantsSet else { return .null }
    guard let inference else {
      return .object([("p", .null), ("void", .bool(isDoubtful)), ("problem", .string(problem))])
    }
    return .object([
      ("p", .pValue(inference.pValue)), ("void", .bool(false)),
      ("attacks", .strings(inference.attacks)), ("splits", .int(inference.tests.count)),
      ("p_held_out_members", .number(inference.positivePValue)),
      ("held_out_non_members_rejected", .number(inference.negativeRejections)),
      ("suspects", .int(inference.suspects)),
    ])
  }

  private func json(_ set: SetInference, holm: Double?) -> JSON {
    func test(_ test: RankSum?) -> JSON {
      guard let test else { return .null }
      return .object([
        ("superiority", .number(test.superiority)), ("interval", .interval(test.interval)),
        ("set", .int(test.setCount)), ("non_members", .int(test.nonMemberCount)),
        ("z", .number(test.z)), ("p", .pValue(test.pValue)),
        ("p_permutation", .number(test.permutationPValue)),
      ])
    }
    return .object([
      ("test", test(set.test)), ("p_holm", .pValue(holm)), ("doubtful", .bool(isDoubtful)),
      ("problem", .string(problem)), ("control", test(set.control)),
      ("control_splits", .int(set.splits)), ("control_rejections", .int(set.rejections)),
      ("control_sound", .bool(set.isSound)), ("drift", test(set.drift)),
      ("drifting", .bool(set.isDrifting)),
    ])
  }
}
