import Basics
import ScoringCore

/// What one run says about its sequences of unknown label, one by one and as a set.
package struct SuspectReport {
  /// What one attack says.
  package struct Attack {
    package let spelling: String
    /// Every suspect, the most member-like first; empty unless names were asked for.
    package let suspects: [Suspect]
    /// The smallest p-value a suspect can get.
    package let smallestPossible: Double
    /// The whole set; nil unless asked for, or without suspects or non-members.
    package let set: SetInference?
    /// The set's p-value after Holm's correction over the run's attacks.
    package let setHolm: Double?
    /// The share of the set that are members; nil unless asked for, where known members or
    /// non-members are few, where the attack hardly tells them apart, or where texts differ.
    package let share: MemberShare?

    /// Those that can be named.
    package func named(_ rate: Double) -> Int { suspects.count { $0.adjusted <= rate } }
  }

  /// One sequence of unknown label under one attack.
  package struct Suspect {
    package let id: String
    package let score: Score
    package let pValue: Double
    /// The smallest false-discovery rate at which it is named (Benjamini and Hochberg).
    package let adjusted: Double
  }

  package let count: Int
  package let nonMembers: Int
  /// The rate of wrong names allowed; nil unless names were asked for.
  package let rate: Double?
  /// Whether the set was to be tested.
  package let wantsSet: Bool
  /// Why nothing can be said, or why what is said is in doubt; nil if all is well.
  package let problem: String?
  /// The set by all attacks at once; nil unless asked for, with few known members or
  /// non-members, or where texts differ.
  package let inference: DatasetInference?
  /// Whether there are figures at all, in doubt or not.
  package let attacks: [Attack]
  /// Whether something other than membership tells suspects from non-members: nobody is named then.
  package let isDoubtful: Bool

  package init(
    _ analysis: RunAnalysis, _ wanted: EvaluationReport.Wanted, options: EvaluationOptions
  ) {
    let baseline = zip(analysis.scores.labels, analysis.isPrimary).count {
      $0 == .nonMember && $1
    }
    count = analysis.suspectCount
    nonMembers = baseline
    rate = wanted.falseDiscoveryRate
    wantsSet = wanted.set
    problem = analysis.attacks.isEmpty ? nil : analysis.problemOfSuspects(attack: 0)?.long
    guard analysis.suspectCount > 0, baseline > 0 else {
      (attacks, isDoubtful, inference) = ([], false, nil)
      return
    }
    let isVoid = problem != nil
    isDoubtful = isVoid
    let labels = analysis.scores.labels
    let documents = analysis.metadata.documents(
      count: labels.count,
      isIncluded: labels.indices.map { labels[$0] == .unknown || analysis.isPrimary[$0] })
    // Sequences outside the population rank as unknown: only true suspects are the set.
    let isTested = labels.indices.map { row in
      labels[row] == .unknown || labels[row] == .nonMember && analysis.isPrimary[row]
    }
    let sets = analysis.attacks.map { attack in
      wanted.set
        ? SetInference.test(
          attack.evaluation.ranking.keeping { isTested[$0] }, clusters: documents,
          seed: options.seed, level: options.level)
        : nil
    }
    // Known members and suspects alike, and no one outside the population.
    let isJoined = labels.indices.map { labels[$0] == .unknown || analysis.isPrimary[$0] }
    let shares = analysis.attacks.map { attack in
      wanted.set && !isVoid
        ? MemberShare.estimate(
          attack.evaluation.ranking.keeping { isJoined[$0] }, clusters: documents,
          replicates: max(200, options.replicates), seed: options.seed, level: options.level)
        : nil
    }
    inference =
      wanted.set && !isVoid
      ? DatasetInference(
        analysis.scores.columns.map { $0.keeping(isJoined) },
        labels: labels.indices.filter { isJoined[$0] }.map { labels[$0] },
        clusters: documents.map { ids in labels.indices.filter { isJoined[$0] }.map { ids[$0] } },
        seed: options.seed) : nil
    let holm = Holm.adjusted(sets.map { $0?.test.permutationPValue ?? .nan })
    let wantsNames = wanted.falseDiscoveryRate != nil
    attacks = analysis.attacks.indices.map { index in
      let attack = analysis.attacks[index]
      return Attack(
        spelling: attack.spelling,
        suspects: wantsNames ? Self.suspects(index, analysis) : [],
        smallestPossible: 1 / Double(baseline + 1), set: sets[index],
        setHolm: holm[index].isNaN ? nil : holm[index], share: shares[index])
    }
  }

  private static func suspects(_ index: Int, _ analysis: RunAnalysis) -> [Suspect] {
    let labels = analysis.scores.labels
    let attack = analysis.attacks[index]
    let adjusted = analysis.adjustedPValues(attack: index)
    let ranking = attack.evaluation.ranking
    let ranked = ranking.order.map { Int($0) } + ranking.droppedRows.map { Int($0) }
    return ranked.filter { labels[$0] == .unknown }.map { row in
      Suspect(
        id: analysis.scores.ids[row], score: ranking.score(ofRow: row),
        pValue: attack.pValues[row], adjusted: adjusted[row])
    }
  }
}

extension ScoreColumn {
  /// The rows that count.
  fileprivate func keeping(_ isKept: [Bool]) -> ScoreColumn {
    let rows = isKept.indices.filter { isKept[$0] }
    return ScoreColumn(
      attack: attack, values: rows.map { values[$0] }, statuses: rows.map { statuses[$0] })
  }
}

extension Ranking {
  /// The same scores over fewer rows.
  fileprivate func keeping(_ isKept: (Int) -> Bool) -> Ranking {
    Ranking(
      values: values, statuses: statuses, labels: labels,
      rows: order.map { Int($0) }.filter(isKept))
  }
}
