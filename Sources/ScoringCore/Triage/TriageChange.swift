/// One change of one sequence's judgement: a line of the history, which is only ever appended to.
public struct TriageChange: Hashable, Sendable {
  /// The sequence's id.
  public var id: String
  /// What was there before.
  public var old: Judgement
  /// What is there now.
  public var new: Judgement
  /// Who changed it.
  public var author: String
  /// When it was changed, in seconds since 1970 (UTC).
  public var time: Int64

  /// Describes a change.
  public init(id: String, from old: Judgement, to new: Judgement, by author: String, at time: Int64)
  {
    self.id = id
    self.old = old
    self.new = new
    self.author = author
    self.time = time
  }
}

/// The changes of one act, such as one key pressed on many selected sequences; stored whole or not at all.
public struct TriageStep: Hashable, Sendable {
  /// What sort of act it was.
  public enum Origin: String, Hashable, Sendable {
    /// A person judged or annotated.
    case mark
    /// A person took an act back.
    case undo
    /// A person repeated an act taken back.
    case redo
    /// Read from a file of verdicts.
    case `import`
  }

  /// Its number in this log, from 1; an acknowledgement names it.
  public var number: Int
  /// What sort of act it was.
  public var origin: Origin
  /// The changes, each of another sequence.
  public var changes: [TriageChange]

  /// Describes an act.
  public init(number: Int, origin: Origin, changes: [TriageChange]) {
    self.number = number
    self.origin = origin
    self.changes = changes
  }
}

/// How far a person has come.
public struct TriageProgress: Hashable, Sendable {
  /// Sequences judged leaked.
  public var leaked: Int
  /// Sequences judged benign.
  public var benign: Int
  /// Sequences looked at and not decided.
  public var unsure: Int
  /// All sequences there are to judge.
  public var total: Int

  /// Counts of each verdict.
  public init(leaked: Int = 0, benign: Int = 0, unsure: Int = 0, total: Int = 0) {
    self.leaked = leaked
    self.benign = benign
    self.unsure = unsure
    self.total = total
  }

  /// Sequences with any verdict.
  public var judged: Int { leaked + benign + unsure }
  /// The share judged, from 0 to 1; 0 of nothing is 0.
  public var fraction: Double { total == 0 ? 0 : Double(judged) / Double(total) }

  /// Adds to a verdict's count; `none` is not counted.
  mutating func count(_ verdict: Verdict, _ number: Int) {
    switch verdict {
    case .leaked: leaked += number
    case .benign: benign += number
    case .unsure: unsure += number
    case .unjudged: break
    }
  }
}
