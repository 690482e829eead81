import ScoringCore

/// What score files write, as the types used here and back.
enum ScoreNames {
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

  /// What columns that tell more of an attack's scores add to its name.
  static let suffixes = ["_class", "_up", "_down", "_errors", "_reason"]
}

/// The score tables of a file, one per run, and what reading it brought up.
package struct ScoreFile: Sendable {
  /// The file as the user named it.
  package var path: String
  /// One table per run, in order of first appearance.
  package var tables: [ScoreTable]
  /// What reading it brought up.
  package var notes: IngestNotes
}
