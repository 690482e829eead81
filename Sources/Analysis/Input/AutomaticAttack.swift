import Basics
import ScoringCore

/// The attack that `auto` stands for: the first of a fixed order that every run can feed.
///
/// EZ where ranks or first choices are there, the soft error zone where they are missing, then
/// attacks that need no reference; of score files a column. No figure takes part in the choice, so
/// nothing has to be corrected for it.
package struct AutomaticAttack: Sendable {
  /// The attack's spelling, or the name of a column.
  package let spelling: String
  /// What was chosen and why.
  package let sentence: String

  /// The order of preference; behind them any other attack, in the catalogue's order.
  private static var preferred: [any Attack] {
    [ErrorZone(), SoftErrorZone(), MinKPlusPlus(), MinK()]
  }

  /// Nil where the runs have no attack and no column in common.
  package init?(_ sources: [Experiment.RunSource]) {
    guard !sources.isEmpty else { return nil }
    var passedOver: [String] = []
    for attack in Self.preferred {
      guard let reason = Self.obstacle(attack, sources) else {
        spelling = attack.spelling
        sentence = Self.sentence(attack.spelling, passedOver)
        return
      }
      passedOver.append("\(attack.spelling) lacks \(reason)")
    }
    let others = AttackCatalog.defaults.filter { Self.obstacle($0, sources) == nil }
    if let other = others.first {
      spelling = other.spelling
      sentence = Self.sentence(other.spelling, passedOver)
      return
    }
    let columns = Self.columns(sources)
    guard let column = columns.first else { return nil }
    spelling = column
    sentence =
      "Attack chosen by auto: \(column), "
      + (columns.count == 1 ? "the score file's only column" : "the score file's first column")
      + "; it has none of an attack that auto knows."
  }

  private static func sentence(_ spelling: String, _ passedOver: [String]) -> String {
    "Attack chosen by auto: \(spelling), "
      + (passedOver.isEmpty
        ? "the named default, which the evidence feeds."
        : "because " + passedOver.joined(separator: ", ") + ".")
  }

  /// What the first run that cannot feed an attack lacks; nil if all can.
  private static func obstacle(
    _ attack: any Attack, _ sources: [Experiment.RunSource]
  ) -> String? {
    for source in sources {
      let (name, lack): (String, String?) =
        switch source {
        case .evidence(let table):
          (table.run.name, lack(attack, in: table))
        case .scores(let table):
          (table.run.name, table.column(spelled: attack.spelling) == nil ? "a column" : nil)
        }
      if let lack { return sources.count == 1 ? lack : "\(lack) in \(name)" }
    }
    return nil
  }

  /// What evidence lacks for an attack; where scores are kept of all its sequences, figures rest on
  /// those.
  private static func lack(_ attack: any Attack, in table: EvidenceTable) -> String? {
    if let kept = table.scores {
      return kept.attacks.contains(attack.spelling) ? nil : "a column"
    }
    return Scorer.availability(of: [attack], for: table).first?.problem
      .map { $0.missing.columnNames.joined(separator: " and ") }
  }

  /// The columns that all runs have, where all are score files.
  private static func columns(_ sources: [Experiment.RunSource]) -> [String] {
    var common: [String]?
    for source in sources {
      guard case .scores(let table) = source else { return [] }
      let names = table.columns.map(\.attack)
      common = common.map { $0.filter(names.contains) } ?? names
    }
    return common ?? []
  }
}
