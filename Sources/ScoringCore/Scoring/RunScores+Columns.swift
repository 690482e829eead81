/// The scores of a run of which scores are kept of all sequences and tokens of some.
public struct KeptColumns: Sendable {
  /// One column per attack that was asked for, over all sequences.
  public let columns: [ScoreColumn]
  /// The attacks under which the file scores sequences otherwise than their tokens do.
  public let mismatches: [ScoreMismatch]
}

/// Sequences that a score file scores otherwise than their kept tokens do.
public struct ScoreMismatch: Hashable, Sendable {
  /// The attack's spelling.
  public let attack: String
  /// How many sequences differ.
  public let differing: Int
  /// How many sequences have a score in the file and tokens.
  public let compared: Int

  /// Counts sequences that differ among those that were compared.
  public init(attack: String, differing: Int, compared: Int) {
    self.attack = attack
    self.differing = differing
    self.compared = compared
  }
}

extension EvidenceTable {
  /// The scores kept of all sequences, completed by those that the tokens give where the file has
  /// none; nil if cancelled, or if no scores are kept.
  ///
  /// Sequences that have both are compared: tokens of another model would be looked at under
  /// figures that are not theirs. Texts are compressed for that only where a score is missing.
  ///
  /// - Parameters:
  ///   - names: attacks by spelling, or foreign columns; those that the file lacks are left out.
  ///   - known: columns of an earlier call, which need not be joined again.
  ///   - progress: told how many sequences were scored, from any thread.
  ///   - isCancelled: asked between blocks.
  public func keptColumns(
    _ names: [String], known: [ScoreColumn] = [], progress: @Sendable (Int) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> KeptColumns? {
    guard let scores else { return nil }
    let wanted = names.filter { name in
      scores.attacks.contains(name) && !known.contains { $0.attack == name }
    }
    let attacks = wanted.compactMap { try? AttackCatalog.attack($0) }.filter { attack in
      (try? attack.scorer(for: self)) != nil
        && (scores.lacksSequences || !attack.needs.contains(.text))
    }
    var computed: [ScoreColumn] = []
    if !attacks.isEmpty {
      guard let scorer = try? Scorer(attacks, for: self),
        let found = scorer.scores(progress: progress, isCancelled: isCancelled)
      else { return nil }
      computed = found
    }
    let columns = names.compactMap { name in
      known.first { $0.attack == name }
        ?? scores.column(name, computed: computed.first { $0.attack == name })
    }
    let mismatches = computed.map {
      ScoreMismatch(
        attack: $0.attack, differing: scores.disagreements(with: $0),
        compared: scores.sharedCount)
    }
    return KeptColumns(columns: columns, mismatches: mismatches.filter { $0.differing > 0 })
  }
}
