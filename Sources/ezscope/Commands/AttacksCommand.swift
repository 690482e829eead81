import ArgumentParser
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
      ez,min-k:k=10,ez:zone=rank-gt-5:aggregate=log-ratio
      """)

  @Argument(help: "Only these attacks.") var names: [String] = []
  @Option(help: "text, json or markdown.") var format = ListFormat.text

  func run() throws {
    let wanted = try wantedNames
    let all = AttackCatalog.all.map { AttackDescription($0) }
    let attacks = all.filter { wanted.isEmpty || wanted.contains($0.card.id) }
    switch format {
    case .text:
      let others = names.isEmpty ? "\n" + NotOffline.text : ""
      try ResultOutput.write(attacks.map(\.text).joined(separator: "\n") + others)
    case .markdown:
      let others = names.isEmpty ? "\n" + NotOffline.markdown : ""
      try ResultOutput.write(AttackDescription.markdown(attacks) + others)
    case .json:
      let document = JSON.object([
        ("version", .int(1)), ("attacks", .list(attacks.map(\.json))),
        ("not_offline", .list(NotOffline.all.map(\.json))),
      ])
      try ResultOutput.write(document.indented)
    }
  }
}

extension AttacksCommand {
  /// The names of the attacks asked for, whatever parameters were spelled with them.
  private var wantedNames: Set<String> {
    get throws(CommandFailure) {
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

/// What there is to know of an attack before it is used.
struct AttackDescription {
  /// A parameter in words.
  struct Parameter {
    let name: String
    let allowed: String
    let standard: String
    let help: String
  }

  let card: AttackCard
  let spelling: String
  let parameters: [Parameter]
  static let direction = "higher is more member-like"

  init<A: Attack>(_ type: A.Type) {
    let standard = A()
    card = A.card
    spelling = standard.spelling
    parameters = zip(A.parameters, standard.settings).map { parameter, setting in
      Parameter(
        name: parameter.name, allowed: parameter.allowed, standard: setting.value,
        help: parameter.help)
    }
  }

  private var needs: String { card.needs.columnNames.joined(separator: ", ") }

  var text: String {
    var text = Self.line(card.id + "  ", "\(card.title): \(card.summary)", hang: 4)
    text += Self.line("    spelling   ", spelling)
    text += Self.line("    direction  ", Self.direction)
    text += Self.line("    needs      ", needs)
    text += Self.line("    source     ", card.source)
    if let other = card.ranksAs {
      text += Self.line(
        "    order      ", "that of \(other), which stands for it where all are asked for")
    }
    for parameter in parameters {
      text += Figures.wrapped(
        "\(parameter.name)=\(parameter.standard): \(parameter.help) (\(parameter.allowed))",
        indent: 6, hang: 4)
    }
    return text
  }

  /// A value after its name, both kept as they are; further lines hang below the value.
  private static func line(_ name: String, _ value: String, hang: Int? = nil) -> String {
    let wrapped = Figures.wrapped(
      value, indent: name.count, hang: (hang ?? name.count) - name.count)
    return name + wrapped.dropFirst(name.count)
  }

  var json: JSON {
    .object([
      ("name", .string(card.id)), ("title", .string(card.title)),
      ("spelling", .string(spelling)), ("direction", .string("higher")),
      ("summary", .string(card.summary)), ("needs", .strings(card.needs.columnNames)),
      ("source", .string(card.source)), ("ranks_as", .string(card.ranksAs)),
      (
        "parameters",
        .list(
          parameters.map {
            .object([
              ("name", .string($0.name)), ("default", .string($0.standard)),
              ("allowed", .string($0.allowed)), ("help", .string($0.help)),
            ])
          })
      ),
    ])
  }

  static func markdown(_ attacks: [AttackDescription]) -> String {
    var table = AlignedTable(["Attack", "Spelling", "Score", "Needs", "Source"])
    for attack in attacks {
      table.add([
        attack.card.title, attack.spelling, attack.card.summary, attack.needs, attack.card.source,
      ])
    }
    var text = table.markdown + "\nFor every attack, \(direction).\n"
    for attack in attacks where !attack.parameters.isEmpty {
      var table = AlignedTable(["Parameter", "Default", "Allowed", "Meaning"])
      for parameter in attack.parameters {
        table.add([parameter.name, parameter.standard, parameter.allowed, parameter.help])
      }
      text += "\n### \(AlignedTable.markdownCell(attack.card.title)) parameters\n\n"
      text += table.markdown
    }
    return text
  }
}

extension NotOffline {
  /// What stands above the list.
  private static let heading = "Cannot be computed offline, because"

  /// Every attack that evidence cannot feed, for people.
  static var text: String {
    heading + "\n"
      + all.map { Figures.wrapped("\($0.title) (\($0.source)): \($0.reason)", indent: 4, hang: 4) }
      .joined()
  }

  /// The same for documents.
  static var markdown: String {
    var table = AlignedTable(["Attack", "Source", heading])
    for attack in all { table.add([attack.title, attack.source, attack.reason]) }
    return table.markdown
  }

  var json: JSON {
    .object([
      ("title", .string(title)), ("source", .string(source)), ("reason", .string(reason)),
    ])
  }
}
