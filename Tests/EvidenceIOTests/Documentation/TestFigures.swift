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
      let level = arguments.word("level", or: "level")
      let figure = arguments.word("figure", or: "figure")
      let error = arguments.word("error", or: "")
      let errors = error.isEmpty ? nil : try figures.column(error)
      let points = zip(try figures.column(level), try figures.column(figure)).enumerated().map {
        Trend.Point(x: $1.0, y: $1.1, standardError: errors?[$0])
      }
      guard let trend = Trend(points) else { throw FigureProblem("too few points") }
      switch arguments.word("of", or: "slope") {
      case "intercept": return cell(trend.intercept)
      case "error": return cell(trend.standardError)
      case "p": return cell(trend.pValue)
      case "interval": return cell([trend.lower, trend.upper])
      case "dispersion": return cell(trend.dispersion)
      default: return cell(trend.slope)
      }
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
    "holm": { cell(Holm.adjusted(try $1.numbers("p"))) },
    "benjamini-hochberg": { cell(FalseDiscovery.adjusted(try $1.numbers("p"))) },
  ]
}
