/// A membership inference attack that needs no training: a recipe from evidence to scores.
///
/// Higher scores are more member-like, for every attack.
public protocol Attack: Sendable, Hashable {
  /// What the attack is and what it needs.
  static var card: AttackCard { get }
  /// Its parameters, in the order they are spelled.
  static var parameters: [Parameter<Self>] { get }
  /// The attack with its defaults.
  init()
  /// Evidence this configuration needs; its card's needs unless parameters change them.
  var needs: EvidenceKinds { get }
  /// Prepares to score the sequences of a table.
  ///
  /// - Throws: `MissingEvidence` if the table lacks evidence the attack needs.
  func scorer(for table: EvidenceTable) throws(MissingEvidence) -> any SequenceScorer
}

/// Scores one sequence at a time.
///
/// A score depends on other sequences only where the attack's definition demands it: RMIA's on the
/// population, which is not tested, and LiRA's with a global variance on the shadow models' spread.
public protocol SequenceScorer: Sendable {
  /// The sequence's score, or the reason why it has none.
  func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score
}

/// What an attack is, where it comes from and what it needs.
public struct AttackCard: Sendable, Hashable {
  /// The name in spellings and score files.
  public let id: String
  /// The name in headings.
  public let title: String
  /// Paper and equation, or the code that defines it.
  public let source: String
  /// One sentence: the formula in words.
  public let summary: String
  /// The evidence needed with default parameters.
  public let needs: EvidenceKinds
  /// The attack that ranks sequences just as this one does, if there is one.
  ///
  /// Such an attack exists for its name: it is not computed when all are asked for.
  public let ranksAs: String?

  init(
    id: String, title: String, source: String, summary: String, needs: EvidenceKinds,
    ranksAs: String? = nil
  ) {
    self.id = id
    self.title = title
    self.source = source
    self.summary = summary
    self.needs = needs
    self.ranksAs = ranksAs
  }
}

extension Attack {
  /// The card's needs.
  public var needs: EvidenceKinds { Self.card.needs }

  /// Throws if the table lacks something this configuration needs.
  func requireEvidence(of table: EvidenceTable) throws(MissingEvidence) {
    let missing = needs.subtracting(table.available)
    guard missing.isEmpty else {
      throw MissingEvidence(attack: spelling, missing: missing, in: table)
    }
  }
}

extension Attack where Self: SequenceScorer {
  /// The attack itself, if the evidence is there.
  public func scorer(for table: EvidenceTable) throws(MissingEvidence) -> any SequenceScorer {
    try requireEvidence(of: table)
    return self
  }
}
