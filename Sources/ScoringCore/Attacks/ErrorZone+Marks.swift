/// What a predicted position is to a zone attack.
public enum ZoneMark: Sendable {
  /// Not scored, the first one where that is skipped, or impossible to both models.
  case outside
  /// It counts, and lies outside the zone.
  case eligible
  /// It lies in the zone: its shift is part of P or N.
  case inside
}

extension ErrorZone {
  /// What each predicted position is to this attack, found as the scorer finds it.
  ///
  /// Nil if the sequence lacks the evidence that tells the zone's positions.
  public func marks(_ sequence: borrowing SequenceView) -> [ZoneMark]? {
    var scratch = Scratch()
    guard zone.mark(sequence, skipFirst: first == .skip, &scratch) else { return nil }
    return scratch.mask.map {
      $0 == ZoneMarks.inside ? .inside : $0 == ZoneMarks.eligible ? .eligible : .outside
    }
  }
}
