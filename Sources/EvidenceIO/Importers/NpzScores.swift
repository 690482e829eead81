import Basics
import ScoringCore

/// Reads scores and memberships from an npz file, as Privacy Meter keeps an attack's result.
enum NpzScores {
  private static let scores = ["scores", "score", "mia_scores", "signals"]
  private static let labels = [
    "memberships", "membership", "labels", "label", "members", "true_labels", "y_true",
  ]
  private static let losses = ["losses", "per_losses", "loss"]

  /// The scores of a file; nil if it has no such arrays.
  static func read(
    _ path: String, options: IngestOptions
  ) throws(IngestError) -> ScoreFile? {
    var arrays = try NpzArrays(path, options: options)
    let name = options.columns.scores?.first
    guard !arrays.has(["logprob", "logprobs", "token_logprobs", "logp"]),
      let scores = try arrays.take(name.map { [$0.name] } ?? Self.scores)
    else { return nil }
    guard let values = scores.doubles else {
      throw IngestError(file: path, at: .tensor("scores"), "does not hold numbers")
    }
    let labelNames = options.columns.name(of: .label).map { [$0] } ?? Self.labels
    guard let labels = try arrays.take(labelNames) else {
      throw IngestError(
        file: path, at: .tensor("memberships"), "is missing (there are: \(arrays.list))",
        remedy: "save who is a member beside the scores: numpy.savez(..., memberships=...)")
    }
    guard let known = labels.integers, known.count == values.count,
      known.allSatisfy({ (-1...1).contains($0) })
    else {
      throw IngestError(
        file: path, at: .tensor("memberships"),
        "does not say of each of \(values.count) scores whether it is a member's (shape "
          + "\(labels.shape))",
        remedy: "save one value of 1, 0 or -1 (unknown) a score")
    }
    let ids = try arrays.texts(["ids", "id", "indices"], values.count)
    var notes = IngestNotes(limit: options.listedDefects)
    let count = values.count
    if ids == nil {
      notes.warnings.append(Warning(file: path, "has no ids: its \(count) rows are numbered"))
    }
    let sign = name?.isNegated == true ? -1.0 : 1
    let column = ScoreColumn(
      attack: (name?.name ?? "scores") + (sign < 0 ? ":negated" : ""),
      values: values.map { sign * $0 },
      statuses: values.map { $0.isNaN ? ScoreStatus.undefined : .ordinary })
    let table = ScoreTable(
      run: Run(name: ScoresCSVReader.runName(path)),
      ids: TextColumn(ids ?? (0..<count).map { String($0 + 1) }),
      labels: known.map { Label(rawValue: Int8($0)) ?? .unknown }, columns: [column])
    return ScoreFile(path: path, tables: [table], notes: notes)
  }
}
