import ScoringCore

@testable import EvidenceIO

extension WorkedFigures {
  /// Figures of evidence other than scores.
  static let evidenceFigures: [String: Figure] = [
    "reproduction": { figures, arguments in
      let wanted = arguments.word("of", or: "verbatim")
      let id = arguments.word("id", or: "")
      let table = try figures.table()
      let continuations = ContinuationsReader.read(table).table
      guard let row = IDIndex(table.ids).row(of: id),
        let place = continuations.sequences.firstIndex(of: row),
        let found = Reproduction(continuations.all[place])
      else { throw FigureProblem("no continuation of \(id)") }
      switch wanted {
      case "verbatim": return found.isVerbatim ? "yes" : "no"
      case "near-verbatim": return found.isNearVerbatim ? "yes" : "no"
      case "edits": return "\(found.editDistance)"
      case "compared": return "\(found.comparedTokens)"
      case "leading": return "\(found.leadingTokens)"
      case "longest-run": return "\(found.longestRun)"
      case "rouge-l-common": return "\(found.rougeL.common)"
      case "rouge-l-recall": return cell(found.rougeL.recall)
      case "rouge-l-precision": return cell(found.rougeL.precision)
      case "rouge-l": return cell(found.rougeL.f)
      case "lexical": return cell(found.lexicalSimilarity)
      default: throw FigureProblem("no \(wanted)")
      }
    },
    "extraction": { figures, arguments in
      let wanted = arguments.word("of", or: "verbatim")
      let label = Label.allCases.first { $0.name == arguments.word("label", or: "member") }
      let table = try figures.table()
      let continuations = ContinuationsReader.read(table).table
      let rows = DecodingReproductions.all(of: continuations, threads: 1)[0].rows
        .filter { table.label($0.sequence) == label }
      let rates = ExtractionRates(rows, replicates: 0)
      switch wanted {
      case "verbatim": return cell(rates.verbatim.value)
      case "verbatim-interval": return cell(rates.verbatim.interval)
      case "near-verbatim": return cell(rates.nearVerbatim.value)
      case "longest-run": return "\(rates.longestRun)"
      case "rouge-l": return cell(rates.rougeL)
      default: throw FigureProblem("no \(wanted)")
      }
    },
    "similar": { figures, arguments in
      let threshold = try arguments.number("threshold")
      let table = try figures.table()
      let rows = DecodingReproductions.all(of: ContinuationsReader.read(table).table, threads: 1)[0]
        .rows
      let curve = SimilarityCurve.all(
        members: rows.filter { table.label($0.sequence) == .member },
        nonMembers: rows.filter { table.label($0.sequence) == .nonMember }
      ).first
      let point = curve?.points.first { $0.threshold == threshold }
      let share =
        arguments.word("label", or: "member") == "member" ? point?.members : point?.nonMembers
      return cell(share?.value)
    },
    "slice": { figures, arguments in
      let table = try figures.table()
      let attack = try AttackCatalog.attack(arguments.word("attack", or: "loss"))
      let family = arguments.word("family", or: "")
      let fpr = try arguments.number("fpr", or: 0.5)
      let column = try Scorer([attack], for: table).scores(workers: 1)?.first
      let keys = MetadataReader.read(table).column("family")
      guard let column, let keys else { throw FigureProblem("no family") }
      let ranking = Ranking(
        values: column.values, statuses: column.statuses, labels: table.labels)
      let wanted = arguments.word("of", or: "auc")
      if family == "all" { return cell(ranking.auc()) }
      let slices = ranking.slices(
        by: (0..<table.count).map { keys.value($0) }, targets: [RateTarget(fpr: fpr)])
      guard let slice = slices.first(where: { $0.key == family }) else {
        throw FigureProblem("no family \(family)")
      }
      switch wanted {
      case "tpr": return cell(slice.atOverallThresholds[0].tpr?.value)
      case "fpr-there": return cell(slice.atOverallThresholds[0].fpr?.value)
      default: return cell(slice.auc?.auc)
      }
    },
    "content": { figures, arguments in
      let table = try figures.table()
      let name = arguments.word("class", or: "")
      let wanted = arguments.word("of", or: "excess")
      let content = LeakedContent(table, rows: Array(0..<table.count), replicates: 0)
      if name == "all" { return cell(content?.totalExcess.value) }
      guard let entry = content?.entries.first(where: { $0.tokenClass.rawValue == name }) else {
        throw FigureProblem("no class \(name)")
      }
      switch wanted {
      case "member-shift": return cell(entry.memberShift.value)
      case "non-member-shift": return cell(entry.nonMemberShift.value)
      case "up-share": return cell(entry.upShare.value)
      case "excess-share": return cell(entry.excessShare.value)
      default: return cell(entry.excess.value)
      }
    },
  ]

  /// The evidence above a table.
  func table() throws -> EvidenceTable {
    guard let evidence else { throw FigureProblem("no evidence stands above") }
    return evidence
  }
}
