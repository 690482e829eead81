import Analysis
import TerminalUI

extension ScreenID {
  package static let sequences = ScreenID(named: "sequences")
}

extension SequencesScreen {
  static let card = ScreenCard(
    id: .sequences, title: "Sequences", short: "sequences",
    long: "The sequences of the current run, most member-like first",
    isForJudging: true)
  static var initialMemory: SequencesState { SequencesState() }
  static let pages = ["p-value", "false-discovery", "edge-cases"]
}

extension AppState {
  /// What the Sequences screen remembers.
  package var sequences: SequencesState {
    get { self[SequencesScreen.self] }
    set { self[SequencesScreen.self] = newValue }
  }
}

extension Action {
  static let search = Action("search")
  static let nextMatch = Action("next-match")
  static let previousMatch = Action("previous-match")
  static let sort = Action("sort")
  static let reverseSort = Action("reverse-sort")
  static let filter = Action("filter")
  static let clearFilters = Action("clear-filters")
  static let pick = Action("pick")
  static let nameSuspects = Action("name-suspects")
}

extension SequencesScreen {
  static var bindings: [DashboardKeymap.Binding] { finding + Triage.bindings }

  private static var finding: [DashboardKeymap.Binding] {
    [
      .init(
        .search, ["/"], on: [.runs, .sequences, .tokens, .leaks], short: "search",
        long: "Search in the texts, or for a run", group: "Finding", isHint: true),
      .init(
        .nextMatch, ["n"], on: [.sequences, .tokens, .leaks], short: "next match",
        long: "To the next match", group: "Finding"),
      .init(
        .previousMatch, ["N"], on: [.sequences, .tokens, .leaks], short: "previous match",
        long: "To the previous match", group: "Finding"),
      .init(
        .sort, ["s"], on: [.runs, .sequences, .leaks], short: "sort",
        long: "Sort by the next column",
        group: "Finding", isHint: true),
      .init(
        .reverseSort, ["S"], on: [.runs, .sequences, .leaks], short: "reverse",
        long: "Reverse the order",
        group: "Finding"),
      .init(
        .filter, ["f"], on: [.runs, .sequences, .leaks], short: "filter",
        long: "Keep only some, such as label=member p<0.01, or lora epoch>2 of the runs",
        group: "Finding", isHint: true),
      .init(
        .clearFilters, ["F"], on: [.runs, .sequences, .leaks], short: "clear filters",
        long: "Show all again, and let go what is picked", group: "Finding"),
      .init(
        .nameFilter, ["\""], on: [.runs, .sequences, .leaks], short: "name filter",
        long: "Keep the filter in force under a name", group: "Finding"),
      .init(
        .chooseFilter, ["'"], on: [.runs, .sequences, .leaks], short: "filters",
        long: "Choose a filter by its name", group: "Finding"),
      .init(
        .chooseColumns, ["c"], on: [.runs, .sequences, .leaks], short: "columns",
        long: "Choose columns and their order", group: "Finding"),
      .init(
        .pick, ["space"], on: [.sequences], short: "pick",
        long: "Pick the sequence, so that a verdict is on all that are picked (or drag over them)",
        group: "Finding"),
      .init(
        .nameSuspects, ["d"], on: [.sequences], short: "FDR",
        long: "Name suspects at a false-discovery rate of 5%, 10% or 1%, or not at all",
        group: "Finding", isHint: true),
    ]
  }
}
