import ScoringCore

@testable import EvidenceIO

extension WorkedFigures {
  /// What guards find.
  static let guardFigures: [String: Figure] = [
    "guard": { figures, arguments in
      guard let kind = GuardKind(rawValue: arguments.word("kind", or: "")) else {
        throw FigureProblem("no such guard")
      }
      let table = try figures.table()
      var subject = GuardSubject(
        run: table.run, table: table, ids: table.ids, labels: table.labels,
        isPrimary: Array(repeating: true, count: table.count),
        metadata: MetadataReader.read(table))
      let attack = try AttackCatalog.attack(arguments.word("attack", or: "loss"))
      for column in try Scorer([attack], for: table).scores(workers: 1) ?? [] {
        var options = EvaluationOptions()
        options.replicates = 0
        subject.attacks.append(
          (column.attack, AttackEvaluation(column, labels: table.labels, options: options)))
      }
      guard let finding = RunGuards.findings(subject).first(where: { $0.kind == kind }) else {
        throw FigureProblem("nothing found")
      }
      return try figures.cell(of: finding, &arguments)
    },
    "mixed-precision": { figures, arguments in
      let sides = ["target", "reference"].map { name in
        MixedPrecision.Side(name, declared: arguments.word(name, or: ""), grid: nil)
      }
      return try figures.cell(of: MixedPrecision(sides).finding, &arguments)
    },
    "too-few-non-members": { figures, arguments in
      let rate = TooFewNonMembers.Rate(
        fpr: try arguments.number("fpr"), nonMembers: Int(try arguments.number("non-members")))
      return try figures.cell(of: TooFewNonMembers([rate]).findings[0], &arguments)
    },
    "unseen-members": { figures, arguments in
      var run = Run(name: "run")
      let epoch = try arguments.number("epoch", or: -1)
      let steps = Int(try arguments.number("steps", or: 0))
      if epoch >= 0 { run.epoch = epoch }
      if steps > 0 { (run.steps, run.batch) = (steps, Int(try arguments.number("batch"))) }
      let count = Int(try arguments.number("members"))
      let seen = Int(try arguments.number("seen", or: -1))
      let found = UnseenMembers(
        run, labels: Array(repeating: .member, count: count),
        isIncluded: Array(repeating: true, count: count),
        isSeen: seen < 0 ? nil : (0..<count).map { $0 < seen })
      return try figures.cell(of: found.finding, &arguments)
    },
    "other-scores": { figures, arguments in
      let mismatch = ScoreMismatch(
        attack: "ez", differing: Int(try arguments.number("differing")),
        compared: Int(try arguments.number("compared")))
      guard let finding = OtherScores.finding([mismatch]) else { return "passed" }
      return try figures.cell(of: finding, &arguments)
    },
    "unequal-validation-loss": { figures, arguments in
      var runs = [Run(name: "first"), Run(name: "second")]
      runs[0].validationLoss = try arguments.number("first")
      runs[1].validationLoss = try arguments.number("second")
      return try figures.cell(of: UnequalLoss(runs[0], runs[1]).finding, &arguments)
    },
  ]

  /// The outcome of a guard, or one of the figures it rests on.
  private func cell(
    of finding: GuardFinding, _ arguments: inout FigureArguments
  ) throws -> String {
    let wanted = arguments.word("of", or: "outcome")
    guard wanted != "outcome" else { return finding.outcome.rawValue }
    guard let figure = finding.figure(wanted) else {
      throw FigureProblem("it has \(finding.figures.map(\.name))")
    }
    return "\(figure.value)"
  }
}
