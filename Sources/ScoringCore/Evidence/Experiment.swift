/// A folder of runs over the same sequences.
public struct Experiment: Sendable {
  /// The name.
  public var name: String
  /// What it is about.
  public var summary: String
  /// Which sequences headline figures are over: for each `meta` key, the values that count.
  ///
  /// Empty means all sequences.
  public var primary: [PrimaryRule]
  /// The runs, in the manifest's order.
  public var runs: [RunSource]

  /// A `meta` key and the values that make a sequence primary.
  public struct PrimaryRule: Sendable, Hashable {
    /// The `meta` key.
    public var key: String
    /// The values that count.
    public var values: [String]

    /// Names a key's values.
    public init(key: String, values: [String]) {
      self.key = key
      self.values = values
    }
  }

  /// What a run consists of: per-token evidence, or scores only.
  public enum RunSource: Sendable {
    /// Per-token evidence.
    case evidence(EvidenceTable)
    /// Scores computed elsewhere.
    case scores(ScoreTable)

    /// What is known of the run.
    public var run: Run {
      switch self {
      case .evidence(let table): table.run
      case .scores(let table): table.run
      }
    }

    /// The ids of all sequences, those of which only scores are kept behind the others.
    public var ids: TextColumn {
      switch self {
      case .evidence(let table): table.scores?.ids ?? table.ids
      case .scores(let table): table.ids
      }
    }

    /// The label of each sequence.
    public var labels: [Label] {
      switch self {
      case .evidence(let table): table.scores?.labels ?? table.labels
      case .scores(let table): table.labels
      }
    }

    /// The number of all sequences.
    public var count: Int {
      switch self {
      case .evidence(let table): table.scores?.count ?? table.count
      case .scores(let table): table.count
      }
    }
  }

  /// Describes an experiment.
  public init(name: String, summary: String = "", primary: [PrimaryRule] = [], runs: [RunSource]) {
    self.name = name
    self.summary = summary
    self.primary = primary
    self.runs = runs
  }
}
