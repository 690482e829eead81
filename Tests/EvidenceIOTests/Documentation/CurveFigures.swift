import ScoringCore

extension WorkedFigures {
  /// Figures of one curve.
  static let curveFigures: [String: Figure] = [
    "auc": { cell(try $0.ranking(&$1).auc()) },
    "auc-error": { cell(DeLong.estimate(try $0.ranking(&$1))?.standardError) },
    "auc-interval": { figures, arguments in
      let isWald = arguments.word("scale", or: "logit") == "wald"
      return cell(
        DeLong.estimate(
          try figures.ranking(&arguments), level: try arguments.number("level", or: 0.95),
          scale: isWald ? .wald : .logit)?.interval)
    },
    "hanley-mcneil-error": { figures, arguments in
      let ranking = try figures.ranking(&arguments)
      return cell(
        DeLong.hanleyMcNeilError(
          auc: ranking.auc() ?? .nan, members: ranking.memberCount,
          nonMembers: ranking.nonMemberCount))
    },
    "member-shares": { try $0.shares(of: .member, &$1) },
    "non-member-shares": { try $0.shares(of: .nonMember, &$1) },
    "roc-fpr": { cell(try $0.roc(&$1).vertices.map(\.fpr)) },
    "roc-tpr": { cell(try $0.roc(&$1).vertices.map(\.tpr)) },
    "advantage": { cell(try $0.roc(&$1).advantage) },
    "advantage-interval": { cell(try $0.roc(&$1).advantageInterval()) },
    "balanced-accuracy": { cell(try $0.roc(&$1).balancedAccuracy) },
    "tpr": { try $0.tpr(&$1) },
    "expected-false-positives": { cell(try $0.point(&$1).expectedFalsePositives) },
    "resolution": { try $0.point(&$1).resolution.rawValue },
    "threshold": { cell(try $0.point(&$1).threshold?.value) },
    "fpr-achieved": { cell(try $0.point(&$1).fprAchieved) },
    "tpr-interval": { figures, arguments in
      let fpr = try arguments.number("fpr")
      let limits = BinomialLimits(rawValue: arguments.word("limits", or: "mid_p"))
      guard let limits else { throw FigureProblem("no such limits") }
      return cell(try figures.roc(&arguments).tprInterval(fpr: fpr, limits: limits))
    },
    "tpr-at-threshold-interval": { cell(try $0.point(&$1).tprInterval()) },
    "band": { figures, arguments in
      let fpr = try arguments.number("fpr")
      let limits = ROCBand(try figures.roc(&arguments)).limits(atFPR: fpr)
      return cell([limits.lower, limits.upper])
    },
    "bootstrap-tpr": { figures, arguments in
      let target = RateTarget(fpr: try arguments.number("fpr"))
      let percentilesOnly = arguments.word("widened", or: "yes") == "no"
      let estimate = try figures.bootstrap(&arguments)
        .estimate(try figures.ranking(&arguments), targets: [target])
      return cell((percentilesOnly ? estimate?.ratePercentiles : estimate?.rates)?.first ?? nil)
    },
    "bootstrap-auc": { figures, arguments in
      let bootstrap = try figures.bootstrap(&arguments)
      return cell(bootstrap.estimate(try figures.ranking(&arguments), targets: [])?.auc)
    },
  ]

  private func shares(of label: Label, _ arguments: inout FigureArguments) throws -> String {
    let ranking = try ranking(&arguments)
    let shares = DeLong.components(ranking)
    return cell(ranking.labels.indices.filter { ranking.labels[$0] == label }.map { shares[$0] })
  }

  private func bootstrap(_ arguments: inout FigureArguments) throws -> Bootstrap {
    Bootstrap(
      replicates: Int(try arguments.number("replicates", or: 2000)),
      seed: UInt64(try arguments.number("seed", or: 1)))
  }

  private func point(_ arguments: inout FigureArguments) throws -> OperatingPoint {
    let fpr = try arguments.number("fpr")
    let convention = FPRConvention(rawValue: arguments.word("convention", or: "achievable"))
    guard let convention,
      let point = try roc(&arguments).operatingPoint(fpr: fpr, convention: convention)
    else { throw FigureProblem("the convention has no answer") }
    return point
  }

  /// The TPR by a convention of ours or, for comparison, by one that other tools have.
  private func tpr(_ arguments: inout FigureArguments) throws -> String {
    let fpr = try arguments.number("fpr")
    let convention = arguments.word("convention", or: "achievable")
    let roc = try roc(&arguments)
    if let ours = FPRConvention(rawValue: convention) {
      return cell(roc.operatingPoint(fpr: fpr, convention: ours)?.tpr)
    }
    guard let other = OtherConvention(rawValue: convention) else {
      throw FigureProblem("no convention \(convention)")
    }
    return cell(other.tpr(roc.ranking, fpr))
  }
}
