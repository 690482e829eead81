import ScoringCore
import TerminalUI

/// What the comparison comes to, above everything else: one sentence, both losses, what was joined.
struct CompareHeader {
  static func height(_ state: AppState, width: Int) -> Int { lines(state, width: width).count }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let lines = lines(state, width: area.width)
    // Where lines are cut the losses stay: they are worth more than the sentence's end.
    let shown =
      lines.count <= area.height || area.height < 2
      ? Array(lines.all.prefix(area.height))
      : Array(lines.verdict.prefix(area.height - 1)) + Array(lines.notes.prefix(1))
    for (index, line) in shown.enumerated() {
      frame.putLine([line], in: area.splitTop(index).rest, look: state.look)
    }
  }

  private struct Lines {
    var verdict: [StyledText]
    var notes: [StyledText] = []

    var all: [StyledText] { verdict + notes }
    var count: Int { verdict.count + notes.count }
  }

  private static func lines(_ state: AppState, width: Int) -> Lines {
    guard let comparison = state.compare.comparison else {
      return Lines(verdict: [StyledText(names(state), .textStrong)])
    }
    let verdict = TextMeasure.wrap(comparison.verdict, width: max(1, width))
    let note = "\(comparison.losses); \(comparison.joinNote)"
    let notes =
      TextMeasure.width(note) <= width ? [note] : [comparison.losses, comparison.joinNote]
    return Lines(
      verdict: verdict.map { StyledText($0, .textStrong) },
      notes: notes.map { StyledText($0, .textDim) })
  }

  private static func names(_ state: AppState) -> String {
    guard let experiment = state.experiment else { return "" }
    let (left, right) = (state.compare.left, state.compare.right)
    return "\(experiment.run(left).name) and \(experiment.run(right).name)"
  }
}
