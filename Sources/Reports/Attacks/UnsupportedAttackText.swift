import ScoringCore

extension UnsupportedAttack {
  /// What stands above the list.
  private static let heading = "Cannot be computed offline, because"

  /// Every attack that evidence cannot feed, for people.
  package static var text: String {
    heading + "\n"
      + all.map {
        FigureText.wrapped("\($0.title) (\($0.source)): \($0.reason)", indent: 4, hang: 4)
      }
      .joined()
  }

  /// The same for documents.
  package static var markdown: String {
    var table = AlignedTable(["Attack", "Source", heading])
    for attack in all { table.add([attack.title, attack.source, attack.reason]) }
    return table.markdown
  }

  package var json: JSON {
    .object([
      ("title", .string(title)), ("source", .string(source)), ("reason", .string(reason)),
    ])
  }
}
