/// One run as guards look at it.
public struct GuardSubject: Sendable {
  /// What is known of the run.
  public var run: Run
  /// Per-token evidence; nil where only scores are known.
  public var table: EvidenceTable?
  /// The ids of the sequences.
  public var ids: TextColumn
  /// The label of each sequence.
  public var labels: [Label]
  /// Which sequences figures are over; suspects are looked at wherever they are.
  public var isPrimary: [Bool]
  /// Which sequences were cut, as their `meta` says; nil where it does not say.
  public var isTruncated: [Bool]?
  /// Which sequences the run had been trained on when it was saved; nil where nothing tells.
  public var isSeen: [Bool]?
  /// The attacks' figures.
  public var attacks: [(spelling: String, evaluation: AttackEvaluation)] = []
  /// Attacks under which a score file says otherwise than the tokens kept beside it.
  public var mismatches: [ScoreMismatch] = []

  /// Describes a run; `metadata` may lack any key.
  public init(
    run: Run, table: EvidenceTable?, ids: TextColumn, labels: [Label], isPrimary: [Bool],
    metadata: Metadata
  ) {
    self.run = run
    self.table = table
    self.ids = ids
    self.labels = labels
    self.isPrimary = isPrimary
    isTruncated = metadata.column("truncated").map { column in
      labels.indices.map { ["true", "1"].contains(column.value($0) ?? "") }
    }
    isSeen = run.seenSequences(ids: ids, labels: labels, metadata: metadata)
  }

  /// Whether the members that figures are over had been trained on.
  public var unseenMembers: UnseenMembers {
    UnseenMembers(run, labels: labels, isIncluded: isPrimary, isSeen: isSeen)
  }

  /// The sequences of a label whose tokens and texts can be looked at.
  fileprivate func rows(_ label: Label) -> [Int] {
    let population = Set(table?.populationRows ?? [])
    return labels.indices.prefix(table?.count ?? labels.count).filter {
      labels[$0] == label && (isPrimary[$0] || label == .unknown) && !population.contains($0)
    }
  }
}

/// All guards over one run, or over two that are compared.
public enum RunGuards {
  /// What every guard finds in a run, one finding or more each: none is left out silently.
  public static func findings(
    _ subject: GuardSubject, texts: TextGuards = TextGuards()
  ) -> [GuardFinding] {
    let survey = subject.table.map {
      EvidenceSurvey($0, labels: subject.labels, isIncluded: subject.isPrimary)
    }
    let members = compared(subject, .member, .members, texts)
    var findings = members.findings + evidence(subject, survey, members.result)
    findings.append(subject.unseenMembers.finding)
    findings += [OtherScores.finding(subject.mismatches)].compactMap { $0 }
    let points = subject.attacks.flatMap { $0.evaluation.points.map(\.point) }
    findings += TooFewNonMembers(points).findings
    findings += EdgeCases.findings(
      subject.attacks.map { (spelling: $0.spelling, counts: $0.evaluation.counts) })
    findings += ReversedSign.findings(
      subject.attacks.map { (spelling: $0.spelling, estimate: $0.evaluation.auc) })
    return findings + suspectFindings(subject, texts: texts)
  }

  /// What can be wrong with log-probabilities whatever they are used for: a model against itself,
  /// tokens that do not fit, mixed number formats.
  public static func evidenceFindings(_ table: EvidenceTable) -> [GuardFinding] {
    let labels = table.labels
    let subject = GuardSubject(
      run: table.run, table: table, ids: table.ids, labels: labels,
      isPrimary: Array(repeating: true, count: labels.count), metadata: Metadata(columns: []))
    let survey = EvidenceSurvey(table, labels: labels, isIncluded: subject.isPrimary)
    return evidence(subject, survey, nil).filter { $0.kind != .referenceBetter }
  }

  /// What guards find between suspects and known non-members; empty without suspects.
  public static func suspectFindings(
    _ subject: GuardSubject, texts: TextGuards = TextGuards()
  ) -> [GuardFinding] {
    guard !subject.rows(.unknown).isEmpty else { return [] }
    return compared(subject, .unknown, .suspects, texts).findings
  }

  /// What makes a comparison of two runs doubtful besides what makes each doubtful.
  public static func comparison(_ first: GuardSubject, _ second: GuardSubject) -> [GuardFinding] {
    let subjects = [first, second]
    let precision = MixedPrecision(
      subjects.map { subject in
        let survey = subject.table.map {
          EvidenceSurvey($0, labels: subject.labels, isIncluded: subject.isPrimary)
        }
        return .init(subject.run.name, declared: subject.run.precision, grid: survey?.target)
      })
    return [
      UnequalLoss(first.run, second.run).finding, MixedTokenizers.finding(first, second),
      precision.finding,
    ] + [first.unseenMembers.comparison(with: second.unseenMembers)].compactMap { $0 }
  }

  /// Guards over the two models' log-probabilities.
  private static func evidence(
    _ subject: GuardSubject, _ survey: EvidenceSurvey?, _ texts: TextGuards.Result?
  ) -> [GuardFinding] {
    let run = subject.run
    let reason = survey == nil ? scoresOnly : "there are no log-probabilities of both models"
    let better = ReferenceBetter(survey, run: run)?.finding(method: run.method)
    guard let survey else {
      return [.selfReference, .misalignedTokens, .mixedPrecision].map {
        .notChecked($0, because: reason)
      } + [better ?? .notChecked(.referenceBetter, because: reason)]
    }
    let tokens = MisalignedTokens(
      survey.correlation, spelled: texts?.spelled ?? 0, different: texts?.different ?? 0)
    let precision = MixedPrecision([
      .init("target", declared: run.precision, grid: survey.target),
      .init("reference", declared: run.referencePrecision, grid: survey.reference),
    ])
    return [
      SelfReference(survey)?.finding(method: run.method)
        ?? .notChecked(.selfReference, because: reason),
      better ?? .notChecked(.referenceBetter, because: reason),
      tokens?.finding
        ?? .notChecked(
          .misalignedTokens,
          because: "there are too few log-probabilities of both models and no spelled tokens"),
      precision.finding,
    ]
  }

  private static let scoresOnly = "only the scores of this run are known"

  private static func compared(
    _ subject: GuardSubject, _ label: Label, _ groups: GuardGroups, _ texts: TextGuards
  ) -> (findings: [GuardFinding], result: TextGuards.Result?) {
    let (first, second) = (subject.rows(label), subject.rows(.nonMember))
    let reason =
      subject.table == nil
      ? scoresOnly
      : first.isEmpty || second.isEmpty
        ? "there are no \(first.isEmpty ? groups.first : groups.second)" : nil
    guard let table = subject.table, reason == nil else {
      let kinds: [GuardKind] = [.lengthShift, .blindBaseline, .nearDuplicates, .truncation]
      return (
        kinds.map { .notChecked($0, groups: groups, because: reason ?? scoresOnly) }, nil
      )
    }
    let result = texts.result(
      table,
      TextGuards.Comparison(
        groups, first: first, second: second, isTruncated: subject.isTruncated))
    return (result.findings, result)
  }
}
