import ScoringCore
import TerminalUI

/// What the comparison comes to, above everything else: one sentence, both losses, what was joined.
struct CompareHeader {
  static func height(_ state: AppState, width: Int) -> Int { lines(state, width: width).count }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let lines = lines(state, width: area.width)
    // The last line, the losses, is worth more than the middle of the sentence.
    let shown = lines.count <= area.height ? lines : cut(lines, to: area.height)
    for (index, line) in shown.enumerated() {
      frame.putLine([line], in: area.splitTop(index).rest, look: state.look)
    }
  }

  private static func cut(_ lines: [Span], to height: Int) -> [Span] {
    guard height > 1, let last = lines.last else { return Array(lines.prefix(height)) }
    return Array(lines.prefix(height - 1)) + [last]
  }

  private static func lines(_ state: AppState, width: Int) -> [Span] {
    guard let comparison = state.compare.comparison else {
      return [Span(names(state), .textStrong)]
    }
    let verdict = TextMeasure.wrap(comparison.verdict, width: max(1, width))
    let note = "\(comparison.losses); \(comparison.joinNote)"
    let notes = TextMeasure.width(note) <= width ? [note] : [comparison.losses, comparison.joinNote]
    return verdict.map { Span($0, .textStrong) } + notes.map { Span($0, .textDim) }
  }

  private static func names(_ state: AppState) -> String {
    guard let experiment = state.experiment else { return "" }
    let (left, right) = (state.compare.left, state.compare.right)
    return "\(experiment.run(left).name) and \(experiment.run(right).name)"
  }
}
