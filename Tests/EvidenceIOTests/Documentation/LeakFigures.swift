import ScoringCore

#if canImport(Glibc)
  import Glibc
#endif

extension WorkedFigures {
  /// Figures of extraction read off the evidence.
  static let leakFigures: [String: Figure] = [
    "draws": { _, arguments in
      cell(
        exp2(
          SamplingDraws.log2Draws(
            bits: try arguments.number("bits"), probability: try arguments.number("p"))))
    },
    "draw-probability": { _, arguments in
      cell(
        SamplingDraws.probability(
          bits: try arguments.number("bits"), log2Draws: try arguments.number("log2-draws")))
    },
    "measure": { figures, arguments in
      let wanted = arguments.word("of", or: "memorized")
      let (table, row) = try figures.sequence(&arguments)
      var settings = ExtractionSettings()
      settings.prefix = Int(try arguments.number("prefix", or: 50))
      settings.suffix = Int(try arguments.number("suffix", or: 50))
      settings.window = Int(try arguments.number("window", or: 50))
      settings.rankLimit = Int(try arguments.number("rank-limit", or: 20))
      guard let measures = ExtractionMeasures(table, settings: settings, threads: 1) else {
        throw FigureProblem("cancelled")
      }
      let value =
        switch wanted {
        case "memorized": measures.memorized[row]
        case "strength": measures.strength[row]
        case "longest-run": Double(measures.longestRun[row])
        case "suffix-bits": measures.suffixBits[row]
        case "suffix-greedy": measures.suffixIsGreedy[row]
        case "log2-draws": measures.log2Draws(row)
        case "window-bits": measures.windowBits[row]
        case "reference-memorized": measures.referenceMemorized[row]
        case "reference-strength": measures.referenceStrength[row]
        default: throw FigureProblem("no \(wanted)")
        }
      return value.isNaN ? "none" : cell(value)
    },
    "leak": { figures, arguments in
      let wanted = arguments.word("of", or: "tokens")
      let (table, row) = try figures.sequence(&arguments)
      var settings = LeakSettings()
      settings.decoder =
        LeakSettings.Decoder(rawValue: arguments.word("decoder", or: "greedy")) ?? .greedy
      settings.budget = try arguments.number("budget", or: 20)
      settings.referenceBits = try arguments.number("reference-bits", or: 40)
      settings.sharedLength = Int(try arguments.number("shared", or: 4))
      let leaks = try Leaks.find(in: table, settings: settings, threads: 1)
      guard let span = leaks?.spans(of: row).first else { return "none" }
      switch wanted {
      case "tokens": return cell([Double(span.tokens.lowerBound), Double(span.tokens.upperBound)])
      case "reference-bits": return cell(span.referenceBits)
      case "target-bits": return cell(span.targetBits)
      case "p": return cell(span.pValue)
      default: throw FigureProblem("no \(wanted)")
      }
    },
  ]

  /// The sequence that an `id` names.
  private func sequence(
    _ arguments: inout FigureArguments
  ) throws -> (table: EvidenceTable, row: Int) {
    let id = arguments.word("id", or: "")
    let table = try table()
    guard let row = IDIndex(table.ids).row(of: id) else { throw FigureProblem("no \(id)") }
    return (table, row)
  }
}
