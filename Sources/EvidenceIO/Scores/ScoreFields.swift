import ScoringCore

/// Names that score files use for classes of results and reasons why there is none.
enum ScoreNames {
  /// The name of a class.
  static func name(_ status: ScoreStatus) -> String {
    switch status {
    case .ordinary: "ordinary"
    case .forcedN0: "forced_n0"
    case .forcedNoErrors: "forced_no_errors"
    case .insufficient: "insufficient"
    case .zeroed: "zeroed"
    case .noMovement: "no_movement"
    case .missingEvidence: "missing_evidence"
    case .tooShort: "too_short"
    case .undefined: "undefined"
    case .nonFinite: "non_finite"
    }
  }

  /// The class of a name.
  static func status(_ name: String) -> ScoreStatus? {
    ScoreStatus.allCases.first { self.name($0) == name }
  }

  /// The label of its spellings in files.
  static func label(_ text: String) -> Label? {
    switch text.lowercased().trimmingSpaces {
    case "member", "1", "1.0", "true": .member
    case "non-member", "nonmember", "non_member", "0", "0.0", "false": .nonMember
    case "unknown", "", "-1", "null", "none", "nan": .unknown
    default: nil
    }
  }

  /// The score of a value and a class, as files give them.
  static func score(_ value: Double?, _ status: ScoreStatus?, up: Double?) -> Score {
    switch status {
    case .forcedN0: Score(.forcedN0, up ?? .infinity)
    case .forcedNoErrors: Score(.forcedNoErrors, .infinity)
    case .insufficient: Score(.insufficient, 0)
    case .zeroed: Score(.zeroed, 0)
    case .ordinary, nil: value.map(Score.ordinary) ?? .none(.undefined)
    case .some(let reason): .none(reason)
    }
  }

  /// A score's number as files give it, nil where there is none.
  static func value(_ score: Score) -> Double? {
    switch score.status {
    case .forcedN0, .forcedNoErrors: .infinity
    case let status where status.isDefined: score.value
    default: nil
    }
  }
}

/// One run of a score file while it is being read.
struct ScoreRows {
  /// One attack's results so far.
  struct AttackColumn {
    var name: String
    var values: [Double] = []
    var statuses: [ScoreStatus] = []
    var zones: ZoneColumns?

    mutating func append(_ score: Score) {
      values.append(score.value)
      statuses.append(score.status)
    }
  }

  var name: String
  var ids = TextTable()
  var labels: [Label] = []
  var attacks: [AttackColumn]

  /// The finished table.
  func table(run: Run) -> ScoreTable? {
    guard let texts = TextColumn(bytes: Column(ids.texts.bytes), offsets: Column(ids.texts.offsets))
    else { return nil }
    return ScoreTable(
      run: run, ids: texts, labels: labels,
      columns: attacks.map {
        ScoreColumn(attack: $0.name, values: $0.values, statuses: $0.statuses, zones: $0.zones)
      })
  }
}

/// The score tables of a file, one a run, and what reading it brought up.
package struct ScoreFile: Sendable {
  /// The file as the user named it.
  package var path: String
  /// One table a run, in order of first appearance.
  package var tables: [ScoreTable]
  /// What reading it brought up.
  package var notes: IngestNotes
}
