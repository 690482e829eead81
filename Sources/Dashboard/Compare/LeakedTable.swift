import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The sequences that leak under at least one of two runs: under which, and how cheaply.
struct LeakedTable: ListTable {
  private(set) var table: Table
  let place: TableState
  let glyphs: GlyphSet

  init(_ app: AppState, _ entries: [LeakComparison.Entry], width: Int) {
    glyphs = app.glyphs
    var shown = app.compare.leakTable
    // A sequence that leaks under neither run has no row to mark.
    if !entries.indices.contains(shown.selected) || entries[shown.selected].rows.left != app.row {
      shown.selected = -1
    }
    place = shown
    let names = app.comparedNames
    let who = min(width >= 60 ? 28 : 16, 5 + max(4, names.map { TextMeasure.width($0) }.max() ?? 4))
    table = Table(
      columns: [
        TableColumn("", .fixed(1)), TableColumn("leaks under", .fixed(who)),
        TableColumn("draws", .fixed(11), align: .right),
        TableColumn("base", .fixed(6), align: .right, priority: 2),
        TableColumn("holds", .flex(min: 8, max: 20), priority: 3),
        TableColumn("span", .flex(min: 10, weight: 4), priority: 1),
      ], rowCount: entries.count, isFocused: app.compare.pane == .leaks
    ) { .cells(Self.cells(entries[$0], app)) }
    table.hasRule = app.size.height >= 30
  }

  private static func cells(_ entry: LeakComparison.Entry, _ app: AppState) -> [TableCell] {
    guard let leaks = app.compare.leaks?.leaks, let (span, isLeft) = entry.cheapest else {
      return []
    }
    let sign = FigureWords.label(entry.label, glyphs: app.glyphs).text.prefix(1)
    let run = isLeft ? leaks.left : leaks.right
    return [
      TableCell(String(sign), .textStrong), TableCell(who(entry, app), .textStrong),
      TableCell(CostWords.draws(span, app.glyphs)),
      TableCell(CostWords.power(span.referenceBits), .textDim),
      TableCell(LeakTable.holds(span), .textDim), TableCell(LeakTable.text(span, run, app)),
    ]
  }

  /// `only full-e3`, `both`.
  private static func who(_ entry: LeakComparison.Entry, _ app: AppState) -> String {
    let names = app.comparedNames
    return switch entry.fate {
    case .onlyLeft: "only \(names[0])"
    case .onlyRight: "only \(names[1])"
    case .both: "both"
    case .neither: "neither"
    }
  }
}

/// How many leak under which run, over the list of them.
enum LeakedList {
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let leaks = state.compare.leaks?.leaks else {
      EmptyState(
        title: "Looking for leaks", why: "Reading what every token costs under both runs."
      ).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    guard leaks.problems.isEmpty else {
      EmptyState(
        title: "No leaks to compare", why: leaks.problems.joined(separator: "\n"),
        actions: [.init("c", "compare with another run")]
      ).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    let (head, list) = parts(area, state)
    for (index, line) in lines(leaks, state, width: area.width).prefix(head.height).enumerated() {
      frame.putLine(
        line, in: head.inset(horizontal: 1, vertical: 0).splitTop(index).rest,
        style: Style(.textDim), glyphs: state.glyphs)
    }
    guard !leaks.entries.isEmpty else {
      EmptyState(
        title: "None", why: "Neither run gives away a span that its base would not.",
        actions: [.init("tab", "another list or plot")]
      ).draw(in: list, on: &frame, glyphs: state.glyphs)
      return
    }
    LeakedTable(state, leaks.entries, width: list.width).draw(in: list, on: &frame)
  }

  /// Where the counts and where the sequences stand.
  static func parts(_ area: Rect, _ state: AppState) -> (head: Rect, list: Rect) {
    guard let leaks = state.compare.leaks?.leaks, area.height >= 5 else {
      let (head, list) = area.splitTop(0)
      return (head, list)
    }
    let (head, list) = area.splitTop(min(lines(leaks, state, width: area.width).count, 3))
    return (head, list)
  }

  private static func lines(
    _ leaks: LeakComparison, _ state: AppState, width: Int
  ) -> [String] {
    TextMeasure.wrap(summary(leaks, state), width: max(1, width - 2))
  }

  /// `members: 33 only full-e3, 0 only lora-e3, 5 both of 480; non-members: ...`.
  private static func summary(_ leaks: LeakComparison, _ state: AppState) -> String {
    let names = state.comparedNames
    return leaks.counts.map { label, counts in
      let group =
        label == .member ? "members" : label == .nonMember ? "non-members" : "unlabelled"
      return "\(group): \(NumberFormat.count(counts.onlyLeft)) only \(names[0]), "
        + "\(NumberFormat.count(counts.onlyRight)) only \(names[1]), "
        + "\(NumberFormat.count(counts.both)) both, of \(NumberFormat.count(counts.total))"
    }.joined(separator: "; ")
  }
}

extension AppState {
  /// The names of the two runs that are compared.
  var comparedNames: [String] {
    [compare.left, compare.right].map { experiment?.run($0).name ?? "" }
  }
}
