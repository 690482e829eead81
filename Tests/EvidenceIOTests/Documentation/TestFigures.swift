import ScoringCore

extension WorkedFigures {
  /// Figures of tests and of single rows.
  static let testFigures: [String: Figure] = [
    "p": { figures, arguments in
      let row = try figures.row(&arguments)
      return cell(Calibration(try figures.ranking(&arguments)).pValues[row])
    },
    "smallest-p": { cell(Calibration(try $0.ranking(&$1)).smallestPossible) },
    "rank-sum": { figures, arguments in
      let permutations = Int(try arguments.number("permutations", or: 0))
      let wanted = arguments.word("of", or: "p")
      guard
        let test = RankSum.test(try figures.ranking(&arguments), permutations: permutations)
      else { throw FigureProblem("one class only") }
      switch wanted {
      case "superiority": return cell(test.superiority)
      case "z": return cell(test.z)
      case "permutation-p": return cell(test.permutationPValue)
      default: return cell(test.pValue)
      }
    },
    "delong": { figures, arguments in
      let wanted = arguments.word("of", or: "p")
      guard let scores = figures.scores, scores.columns.count == 2 else {
        throw FigureProblem("needs two columns of scores")
      }
      let rankings = scores.columns.map {
        Ranking(values: $0.values, statuses: $0.statuses, labels: scores.labels)
      }
      guard let test = DeLong.compare(rankings[0], rankings[1]) else {
        throw FigureProblem("too few rows")
      }
      switch wanted {
      case "difference": return cell(test.difference)
      case "variances": return cell([test.firstVariance, test.secondVariance])
      case "covariance": return cell(test.covariance)
      case "z": return cell(test.z)
      case "interval": return cell(test.interval)
      default: return cell(test.pValue)
      }
    },
    "trend": { figures, arguments in
      let levels = try figures.column("level")
      let values = try figures.column("figure")
      func sum(_ weights: [Double]) -> Double {
        zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      guard let line = TrendLine(levels: levels) else { throw FigureProblem("one level only") }
      let wanted = arguments.word("of", or: "slope")
      switch wanted {
      case "slope": return cell(sum(line.slope))
      case "height": return cell(sum(line.height(at: try arguments.number("at"))))
      default: break
      }
      let errors = try figures.column("error")
      let points = levels.indices.map {
        Trend.Point(x: levels[$0], y: values[$0], standardError: errors[$0])
      }
      return cell(wanted == "scatter" ? Trend(points)?.dispersion?.squareRoot() : nil)
    },
    "frontier": { figures, arguments in
      let points = zip(try figures.column("level"), try figures.column("figure")).map {
        LeakageFrontier.Point(loss: $0, leakage: $1)
      }
      let frontier = LeakageFrontier(points)
      guard arguments.word("of", or: "front") == "leakage" else { return "\(frontier.front.count)" }
      return cell(frontier.leakage(atLoss: try arguments.number("at")))
    },
    "epsilon": { figures, arguments in
      let wanted = arguments.word("of", or: "one-run")
      guard let bound = EmpiricalEpsilon.estimate(try figures.ranking(&arguments)) else {
        throw FigureProblem("too few rows")
      }
      switch wanted {
      case "ratio": return cell(bound.ratio)
      case "largest": return cell(bound.largestPossible)
      case "right": return "\(bound.right)"
      case "wrong": return "\(bound.wrong)"
      default: return cell(bound.oneRun)
      }
    },
    "joined": { figures, arguments in
      guard let scores = figures.scores, let column = scores.columns.first,
        let aggregation = GroupAggregation(rawValue: arguments.word("by", or: "harmonic-p"))
      else { throw FigureProblem("no scores stand above") }
      // The group is what stands before the slash of an id.
      let keys = (0..<scores.count).map {
        scores.ids[$0].split(separator: "/").first.map(String.init)
      }
      let groups = GroupedScores(column, labels: scores.labels, keys: keys, by: aggregation)
      let wanted = arguments.word("group", or: "")
      return cell(groups.keys.firstIndex(of: wanted).map { groups.column[$0].value })
    },
    "member-share": { figures, arguments in
      let estimate = MemberShare.estimate(try figures.ranking(&arguments))
      return arguments.word("of", or: "share") == "interval"
        ? cell(estimate?.interval) : cell(estimate?.value)
    },
    "epsilon-delta": { figures, arguments in
      let estimate = EpsilonWithDelta.estimate(
        try figures.ranking(&arguments), delta: try arguments.number("delta"))
      guard let estimate else { throw FigureProblem("too few rows") }
      return arguments.word("of", or: "bound") == "guesses"
        ? "\(estimate.guesses)" : cell(estimate.epsilon)
    },
    "epsilon-bound": { _, arguments in
      func count(_ name: String) throws -> Int { Int(try arguments.number(name)) }
      return cell(
        EpsilonWithDelta.bound(
          right: try count("right"), of: try count("guesses"),
          sequences: try count("sequences"), delta: try arguments.number("delta")))
    },
    "selection": { figures, arguments in
      guard let scores = figures.scores else { throw FigureProblem("no scores stand above") }
      var options = EvaluationOptions()
      options.replicates = 0
      guard
        let selection = VariantSelection(scores.columns, labels: scores.labels, options: options)
      else { throw FigureProblem("too few rows") }
      switch arguments.word("of", or: "chosen") {
      case "auc": return cell(selection.report.auc?.auc)
      case "baseline-auc": return cell(selection.baselineReport.auc?.auc)
      case "other-choice": return scores.columns[selection.otherChoice].attack
      default: return scores.columns[selection.chosen].attack
      }
    },
    "canary": { figures, arguments in
      let row = try figures.row(&arguments)
      let ranking = try figures.ranking(&arguments)
      let controls = ranking.labels.indices.filter { ranking.labels[$0] == .nonMember }
      let exposure = Exposure(ranking.values[row], controls: controls.map { ranking.values[$0] })
      return cell([Double(exposure.rank), exposure.bits])
    },
  ]

  /// The row of an id among the scores.
  private func row(_ arguments: inout FigureArguments) throws -> Int {
    let id = arguments.word("id", or: "")
    guard let scores, let row = IDIndex(scores.ids).row(of: id) else {
      throw FigureProblem("no row \(id)")
    }
    return row
  }

  /// Figures that need no data.
  static let plainFigures: [String: Figure] = [
    "clopper-pearson": { _, arguments in
      cell(
        .clopperPearson(
          successes: Int(try arguments.number("successes")), of: Int(try arguments.number("of")),
          level: try arguments.number("level", or: 0.95)))
    },
    "ppv": { _, arguments in
      cell(
        positivePredictiveValue(
          tpr: try arguments.number("tpr"), fpr: try arguments.number("fpr"),
          prior: try arguments.number("prior")))
    },
    "mcnemar": { _, arguments in
      cell(
        McNemar(
          onlyFirst: Int(try arguments.number("only-first")),
          onlySecond: Int(try arguments.number("only-second"))
        ).pValue)
    },
    "exposure": { _, arguments in
      cell(
        Exposure(
          rank: Int(try arguments.number("rank")), candidates: Int(try arguments.number("of"))
        ).bits)
    },
    "holm": { cell(Holm.adjusted(try $1.numbers("p"))) },
    "benjamini-hochberg": { cell(FalseDiscovery.adjusted(try $1.numbers("p"))) },
  ]
}
