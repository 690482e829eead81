/// One column of a table: its title, how wide it wants to be, and when it gives way.
package struct TableColumn: Hashable, Sendable {
  /// How many cells a column takes.
  package enum Width: Hashable, Sendable {
    /// Exactly this many.
    case fixed(Int)
    /// At least `min`, and a share of what is left in proportion to `weight`, up to `max` if given.
    case flex(min: Int, weight: Int = 1, max: Int? = nil)

    var minimum: Int {
      switch self {
      case .fixed(let width): max(0, width)
      case .flex(let min, _, _): max(0, min)
      }
    }
  }

  package enum Sort: Hashable, Sendable { case ascending, descending }

  package var title: String
  /// What it is called where columns are chosen: the title at every width.
  package var name: String
  package var width: Width
  package var align: Alignment
  /// When space runs out the column of the highest number goes first; 0 never goes.
  package var priority: Int
  /// The arrow beside the title of the column the rows are sorted by.
  package var sort: Sort?

  package init(
    _ title: String, _ width: Width, name: String? = nil, align: Alignment = .left,
    priority: Int = 0, sort: Sort? = nil
  ) {
    self.title = title
    self.name = name ?? title
    self.width = width
    self.align = align
    self.priority = priority
    self.sort = sort
  }

  /// A column's place on screen: its number in the list given, left edge and width.
  package struct Placed: Hashable, Sendable {
    package let index: Int
    package let x: Int
    package let width: Int
  }

  /// Lays columns out in `width` cells with `gap` between them, hiding by priority what cannot fit.
  package static func place(
    _ columns: [TableColumn], width: Int, gap: Int = 2
  ) -> [Placed] {
    var shown = Array(columns.indices)
    func needed() -> Int {
      shown.reduce(0) { $0 + columns[$1].width.minimum } + max(0, shown.count - 1) * gap
    }
    while needed() > width {
      // Among equals the rightmost goes first.
      let last = shown.max {
        (columns[$0].priority, $0) < (columns[$1].priority, $1)
      }
      guard let last, columns[last].priority > 0 else { break }
      shown.removeAll { $0 == last }
    }
    var widths = shown.map { columns[$0].width.minimum }
    share(max(0, width - needed()), among: shown.map { columns[$0].width }, &widths)

    var x = 0
    var placed: [Placed] = []
    for (index, size) in zip(shown, widths) {
      let size = min(size, width - x)
      guard size > 0 else { continue }
      placed.append(Placed(index: index, x: x, width: size))
      x += size + gap
    }
    return placed
  }

  /// Hands spare cells to flexible columns by weight until all are at their limit.
  private static func share(_ spare: Int, among policies: [Width], _ widths: inout [Int]) {
    var spare = spare
    while spare > 0 {
      let open = policies.indices.filter { index in
        guard case .flex(_, let weight, let limit) = policies[index], weight > 0 else {
          return false
        }
        return limit.map { widths[index] < $0 } ?? true
      }
      let total = open.reduce(0) { $0 + weight(of: policies[$1]) }
      guard total > 0 else { return }
      let round = spare
      for index in open where spare > 0 {
        guard case .flex(_, let weight, let limit) = policies[index] else { continue }
        let fair = max(1, round * weight / total)
        let room = limit.map { $0 - widths[index] } ?? spare
        let taken = min(fair, room, spare)
        widths[index] += taken
        spare -= taken
      }
    }
  }

  private static func weight(of policy: Width) -> Int {
    if case .flex(_, let weight, _) = policy { return weight }
    return 0
  }
}
