import ScoringCore

/// The attacks a user asked for, which may also be columns of a score file under any name.
package struct AttackRequest: Sendable {
  /// Attacks to compute from evidence.
  package let attacks: [any Attack]
  /// Whether everything there is was asked for.
  package let isAll: Bool
  /// Spellings, and the names of foreign columns, in the order they were asked for.
  package private(set) var names: [String]
  /// What `auto` became and why, in a sentence; nil where it was not asked for, or not yet chosen.
  package private(set) var choice: String?
  /// Words that name no attack, with why, which may still name a column.
  private let unknown: [(word: String, error: AttackSpellingError)]

  /// The word that leaves the choice of an attack to the evidence.
  package static let automatic = "auto"

  /// Whether an attack is still to be chosen by the evidence: `chosen(for:)` does it.
  package var isAutomatic: Bool { names.contains(Self.automatic) }

  /// Reads a comma-separated list.
  package init(_ list: String) {
    var attacks: [any Attack] = []
    var names: [String] = []
    var unknown: [(String, AttackSpellingError)] = []
    var isAll = false
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let word = part.drop { $0 == " " }
      if word == Self.automatic {
        if !names.contains(Self.automatic) { names.append(Self.automatic) }
        continue
      }
      do throws(AttackSpellingError) {
        for attack in try AttackCatalog.attacks(String(word))
        where !names.contains(attack.spelling) {
          attacks.append(attack)
          names.append(attack.spelling)
        }
        if word == "all" { isAll = true }
      } catch {
        names.append(String(word))
        unknown.append((String(word), error))
      }
    }
    self.init(attacks: attacks, names: names, unknown: unknown, isAll: isAll)
  }

  private init(
    attacks: [any Attack], names: [String], unknown: [(word: String, error: AttackSpellingError)],
    isAll: Bool
  ) {
    self.attacks = attacks
    self.names = names
    self.unknown = unknown
    self.isAll = isAll
  }

  /// The request with the attack that `auto` stands for in its place: one for all these runs, so
  /// that their figures can be set side by side.
  package func chosen(for sources: [Experiment.RunSource]) -> AttackRequest {
    guard isAutomatic, let found = AutomaticAttack(sources) else { return self }
    var names: [String] = []
    for name in self.names.map({ $0 == Self.automatic ? found.spelling : $0 })
    where !names.contains(name) { names.append(name) }
    let known = (try? AttackCatalog.attack(found.spelling)).map { [$0] } ?? []
    let all = attacks + known
    // In the order in which they were asked for, each once.
    let ordered = names.compactMap { name in all.first { $0.spelling == name } }
    var request = AttackRequest(attacks: ordered, names: names, unknown: unknown, isAll: isAll)
    request.choice = found.sentence
    return request
  }

  /// Refuses words that are neither attacks nor columns of a score file of these runs.
  package func check(against runs: [RunInput]) throws(AttackSpellingError) {
    for (word, error) in unknown {
      let isColumn = runs.contains {
        switch $0.source {
        case .scores(let table): table.column(spelled: word) != nil
        case .evidence(let table): table.scores?.attacks.contains(word) ?? false
        }
      }
      if !isColumn { throw error }
    }
  }

  /// A score table with only the columns asked for, in that order.
  package func columns(of table: ScoreTable) -> ScoreTable {
    guard !isAll else { return table }
    return ScoreTable(
      run: table.run, ids: table.ids, labels: table.labels,
      columns: names.compactMap(table.column(spelled:)))
  }

  /// The attacks that evidence does not feed, where all that can be had were asked for.
  package func lacking(_ unavailable: [MissingEvidence]) -> [MissingEvidence] {
    isAll ? unavailable : []
  }

  /// Why each attack asked for is not among those a run has; empty if all are.
  package func missing(
    from present: [String], unavailable: [MissingEvidence], isScoreFile: Bool
  ) -> [(attack: String, reason: String)] {
    var reasons = unavailable.map { (attack: $0.attack, reason: $0.description) }
    for name in names where !present.contains(name) {
      guard !reasons.contains(where: { $0.attack == name }) else { continue }
      if isScoreFile && isAll { continue }
      let reason =
        isScoreFile
        ? "the score file has no column \(name)" : "\(name) is no attack; only score files have it"
      reasons.append((name, reason))
    }
    return reasons
  }
}
