import Analysis
import Basics
import ScoringCore
import TerminalUI

extension CompareScreen {
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard state.compare.comparison != nil else {
      emptyState(state).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    let layout = CompareLayout(area, state)
    CompareHeader.draw(state, in: layout.verdict, on: &frame)
    for (pane, box) in layout.boxes {
      Panel(title(pane, state), note: note(pane, state), isFocused: pane == state.compare.pane)
        .draw(in: box, on: &frame, glyphs: state.glyphs)
    }
    drawTabs(layout, state, on: &frame)
    if !layout.tokens.isEmpty { TokenPairView.draw(state, in: layout.tokens, on: &frame) }
    if !layout.flips.isEmpty { drawFlips(state, in: layout.flips, on: &frame) }
    if !layout.leaks.isEmpty { LeakedList.draw(state, in: layout.leaks, on: &frame) }
    if !layout.scatter.isEmpty { drawScatter(state, in: layout.scatter, on: &frame) }
    if !layout.curves.isEmpty { CurveOverlay.draw(state, in: layout.curves, on: &frame) }
  }

  private static func title(_ pane: CompareState.Pane, _ state: AppState) -> String {
    switch pane {
    case .tokens: "The same text under both"
    case .flips: "Sequences \(state.compare.list?.title ?? "")"
    case .leaks: "Leaked spans by sequence"
    case .scatter: "Scores"
    case .curves: "ROC"
    }
  }

  private static func note(_ pane: CompareState.Pane, _ state: AppState) -> String {
    switch pane {
    case .tokens: state.tokens.tintsAll ? "all tokens" : "error zone"
    case .flips: NumberFormat.count(state.compare.list?.rows.count ?? 0)
    case .leaks: state.compare.leaks.map { NumberFormat.count($0.leaks.entries.count) } ?? ""
    case .scatter: ""
    case .curves: ""
    }
  }

  /// The names of the panes where they cannot all be shown.
  private static func drawTabs(
    _ layout: CompareLayout, _ state: AppState, on frame: inout Frame
  ) {
    guard !layout.tabs.isEmpty else { return }
    for (pane, place) in layout.tabPlaces {
      let isCurrent = pane == state.compare.pane
      let surface: Role? = isCurrent ? .selection : nil
      frame.fill(place, style: Style(.text, on: surface))
      frame.putLine(
        " " + pane.title + " ", in: place, style: Style(isCurrent ? .title : .textDim, on: surface),
        glyphs: state.glyphs)
    }
    guard let last = layout.tabPlaces.last?.area else { return }
    let rest = layout.tabs.splitLeft(last.maxX - layout.tabs.x + 2).rest
    guard state.compare.pane != .scatter, state.compare.pane != .curves else { return }
    let shown = state.compare.shownList
    let what = shown == .leaks ? "sequences with a leak" : state.compare.list?.title ?? ""
    frame.putLine(
      "\(note(shown, state)) \(what)", in: rest.splitRight(1).rest,
      style: Style(.textDim), align: .right, glyphs: state.glyphs)
  }

  private static func drawFlips(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let list = state.compare.list else { return }
    guard !list.rows.isEmpty else {
      EmptyState(
        title: "None", why: "No sequence is \(list.title).",
        actions: [.init("f", "list others")]
      ).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    FlipTable(state, list, width: area.width).draw(in: area, on: &frame)
  }

  private static func drawScatter(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let plot = ScorePlot(state) else {
      EmptyState(
        title: "No p-values", why: "Scores are placed by known non-members, and there are none."
      ).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    plot.draw(in: area, on: &frame)
  }

  private static func emptyState(_ state: AppState) -> EmptyState {
    guard let experiment = state.experiment else { return EmptyState(title: "", why: "") }
    let runs = [state.compare.left, state.compare.right]
    let names = runs.map { experiment.run($0).name }
    guard runs[0] != runs[1] else {
      return EmptyState(
        title: "Nothing to compare with",
        why: "This experiment has one run: open a folder with two.",
        actions: [.init("1", "runs")])
    }
    for (run, name) in zip(runs, names) {
      guard let analysis = state.analyses[run] else {
        return EmptyState(
          title: "Scoring \(name)", why: "The comparison appears as soon as both runs are scored.",
          actions: [.init("c", "compare with another run")])
      }
      guard analysis.attacks.isEmpty else { continue }
      return EmptyState(
        title: "\(name) has no scores",
        why: analysis.unavailable.map(\.description).joined(separator: "\n"),
        actions: [.init("c", "compare with another run")])
    }
    if let one = state.analyses[runs[0]], let two = state.analyses[runs[1]],
      state.attack(in: one, and: two) == nil
    {
      return EmptyState(
        title: "Nothing to compare by", why: "\(names[0]) and \(names[1]) share no attack.",
        actions: [.init("c", "compare with another run")])
    }
    return EmptyState(
      title: "Comparing \(names[0]) and \(names[1])", why: "Joining their sequences by id.")
  }
}
