import Analysis
import Basics
import ScoringCore

extension DuplicateList {
  /// The pairs for people, a line each.
  package var text: String {
    let title = "Near-duplicates between \(groups.first) and \(groups.second) of "
    let names = runs.joined(separator: ", ")
    let count = pairs.isEmpty ? "none" : NumberFormat.count(pairs.count)
    guard !pairs.isEmpty else { return FigureText.wrapped(title + names + ": none") }
    var table = AlignedTable([">shared", groups.first, groups.second])
    for pair in pairs {
      table.add([
        NumberFormat.percent(pair.similarity), pair.first, pair.second,
      ])
    }
    return FigureText.wrapped("\(title)\(names): \(count)") + table.text(indent: 2)
  }

  /// The pairs for scripts.
  package var json: JSON {
    .object([
      ("runs", .strings(runs)), ("first", .string(groups.first)),
      ("second", .string(groups.second)), ("threshold", .number(NearDuplicates.threshold)),
      (
        "pairs",
        .list(
          pairs.map {
            .object([
              ("first", .string($0.first)), ("second", .string($0.second)),
              ("similarity", .number($0.similarity)),
            ])
          })
      ),
    ])
  }
}
