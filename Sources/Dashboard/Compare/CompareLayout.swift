import TerminalUI

/// Where the parts of the Compare screen lie; panes without room are empty.
struct CompareLayout {
  private(set) var verdict: Rect
  private(set) var tabs: Rect
  /// The insides of the panes.
  private(set) var tokens: Rect
  private(set) var flips: Rect
  private(set) var leaks: Rect
  private(set) var scatter: Rect
  private(set) var curves: Rect
  /// The boxes around the panes, where there are boxes.
  private(set) var boxes: [(pane: CompareState.Pane, area: Rect)] = []

  init(_ area: Rect, _ state: AppState) {
    let none = Rect(x: area.x, y: area.y, width: 0, height: 0)
    (tokens, flips, leaks, scatter, curves, tabs) = (none, none, none, none, none, none)
    let most =
      area.height >= 34
      ? 7 : area.height >= 22 ? 5 : area.height >= 18 ? 4 : area.height >= 14 ? 2 : 1
    let lines = min(most, CompareHeader.height(state, width: area.width - 2))
    let (verdict, body) = area.splitTop(lines)
    self.verdict = verdict.inset(horizontal: 1, vertical: 0)
    if body.width >= 96, body.height >= 24 {
      layOutBoxes(body, state)
    } else {
      layOutStack(body, state)
    }
  }

  /// The text above, lists and plots beside each other below.
  private mutating func layOutBoxes(_ body: Rect, _ state: AppState) {
    let (upper, lower) = body.splitTop(body.height * 46 / 100)
    place(.tokens, upper)
    if body.width >= 150 {
      let (left, rest) = lower.splitLeft(body.width * 40 / 100)
      let (middle, right) = rest.splitLeft(rest.width / 2)
      place(state.compare.shownList, left)
      place(.scatter, middle)
      place(.curves, right)
    } else {
      let (left, right) = lower.splitLeft(body.width * 54 / 100)
      place(state.compare.shownList, left)
      place(state.compare.plot, right)
    }
  }

  private mutating func place(_ pane: CompareState.Pane, _ box: Rect) {
    boxes.append((pane, box))
    set(pane, Panel().inner(of: box))
  }

  private mutating func set(_ pane: CompareState.Pane, _ area: Rect) {
    switch pane {
    case .tokens: tokens = area
    case .flips: flips = area
    case .leaks: leaks = area
    case .scatter: scatter = area
    case .curves: curves = area
    }
  }

  /// One pane at a time under a row of their names; list and text together where they fit.
  private mutating func layOutStack(_ body: Rect, _ state: AppState) {
    let (row, rest) = body.splitTop(body.height >= 6 ? 1 : 0)
    tabs = row
    let pane = state.compare.pane
    guard pane == .flips || pane == .leaks || pane == .tokens, rest.height >= 12, rest.width >= 60
    else {
      set(pane, rest)
      return
    }
    let (list, text) = rest.splitTop(max(5, rest.height * 38 / 100))
    set(state.compare.shownList, list)
    tokens = text
  }

  func pane(at point: Point) -> CompareState.Pane? {
    if let box = boxes.first(where: { $0.area.contains(point) }) { return box.pane }
    let panes: [(CompareState.Pane, Rect)] = [
      (.tokens, tokens), (.flips, flips), (.leaks, leaks), (.scatter, scatter), (.curves, curves),
    ]
    return panes.first { $0.1.contains(point) }?.0
  }

  /// The names of the panes and where they lie.
  var tabPlaces: [(pane: CompareState.Pane, area: Rect)] {
    var x = tabs.x + 1
    return CompareState.Pane.allCases.map { pane in
      let width = TextMeasure.width(pane.title) + 2
      defer { x += width + 1 }
      return (pane, Rect(x: x, y: tabs.y, width: width, height: tabs.height).intersection(tabs))
    }
  }

  func tab(at point: Point) -> CompareState.Pane? {
    tabPlaces.first { $0.area.contains(point) }?.pane
  }
}
