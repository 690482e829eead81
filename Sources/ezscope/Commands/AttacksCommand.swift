import ArgumentParser
import Reports
import ScoringCore

/// How an answer is written.
enum ListFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown
}

/// `attacks`: what can be computed, and from what.
struct AttacksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attacks",
    abstract: "List the attacks: how each is spelled, what it needs, where it comes from.",
    discussion: """
      An attack is spelled name[:parameter=value]..., with commas between attacks: \
      ez,min-k:k=10,ez:zone=rank-gt-5:aggregate=log-ratio; all stands for every attack, auto for the \
      first of ez, soft-ez, min-k++ and min-k that every run feeds
      """)

  @Argument(help: "Only these attacks.") var names: [String] = []
  @Option(help: "text, json or markdown.") var format = ListFormat.text

  func run() throws {
    let wanted = try wantedNames
    let all = AttackCatalog.all.map { AttackDescription($0) }
    let attacks = all.filter { wanted.isEmpty || wanted.contains($0.card.id) }
    switch format {
    case .text:
      let others = names.isEmpty ? "\n" + UnsupportedAttack.text : ""
      try ResultOutput.write(attacks.map(\.text).joined(separator: "\n") + others)
    case .markdown:
      let others = names.isEmpty ? "\n" + UnsupportedAttack.markdown : ""
      try ResultOutput.write(AttackDescription.markdown(attacks) + others)
    case .json:
      let document = JSON.object([
        ("version", .int(1)), ("attacks", .list(attacks.map(\.json))),
        ("not_offline", .list(UnsupportedAttack.all.map(\.json))),
      ])
      try ResultOutput.write(document.indented)
    }
  }
}

extension AttacksCommand {
  /// The names of the attacks asked for, whatever parameters were spelled with them.
  private var wantedNames: Set<String> {
    get throws(CommandError) {
      var wanted: Set<String> = []
      for name in names {
        do throws(AttackSpellingError) {
          for attack in try AttackCatalog.attacks(name) {
            wanted.insert(type(of: attack).card.id)
          }
        } catch {
          throw .usage("\(error); see ezscope attacks")
        }
      }
      return wanted
    }
  }
}
