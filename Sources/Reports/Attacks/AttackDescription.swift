import ScoringCore

/// What there is to know of an attack before it is used.
package struct AttackDescription {
  /// A parameter in words.
  package struct Parameter {
    package let name: String
    package let allowed: String
    package let standard: String
    package let help: String
  }

  package let card: AttackCard
  package let spelling: String
  package let parameters: [Parameter]
  package static let direction = "higher is more member-like"

  package init<A: Attack>(_ type: A.Type) {
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

  package var text: String {
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
      text += FigureText.wrapped(
        "\(parameter.name)=\(parameter.standard): \(parameter.help) (\(parameter.allowed))",
        indent: 6, hang: 4)
    }
    return text
  }

  /// A value after its name, both kept as they are; further lines hang below the value.
  private static func line(_ name: String, _ value: String, hang: Int? = nil) -> String {
    let wrapped = FigureText.wrapped(
      value, indent: name.count, hang: (hang ?? name.count) - name.count)
    return name + wrapped.dropFirst(name.count)
  }

  package var json: JSON {
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

  package static func markdown(_ attacks: [AttackDescription]) -> String {
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
