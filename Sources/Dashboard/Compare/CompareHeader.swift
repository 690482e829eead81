import Analysis
import ScoringCore
import TerminalUI

/// What the comparison comes to, above everything else: one sentence, both losses, what was joined.
struct CompareHeader {
  static func height(_ state: AppState, width: Int) -> Int { lines(state, width: width).count }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let lines = lines(state, width: area.width)
    let shown = lines.shown(area.height)
    for (index, line) in shown.enumerated() {
      frame.putLine([line], in: area.splitTop(index).rest, glyphs: state.glyphs)
    }
  }

  private struct Lines {
    var verdict: [StyledText]
    var notes: [StyledText] = []
    var doubts: [StyledText] = []

    /// Where lines are cut the losses and doubts stay: they are worth more than the sentence's end.
    func shown(_ height: Int) -> [StyledText] {
      guard count > height, height >= 2 else { return Array(all.prefix(height)) }
      let kept = notes.prefix(1) + doubts.prefix(height >= 3 ? 1 : 0)
      return Array(verdict.prefix(height - kept.count) + kept)
    }

    var all: [StyledText] { verdict + notes + doubts }
    var count: Int { verdict.count + notes.count + doubts.count }
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
      notes: notes.map { StyledText($0, .textDim) },
      doubts: doubts(comparison, state, width: width))
  }

  /// What speaks against the comparison or either run, in as few words as there is room for.
  private static func doubts(
    _ comparison: RunComparison, _ state: AppState, width: Int
  ) -> [StyledText] {
    var parts =
      comparison.attack == state.attack
      ? [] : ["compared by \(comparison.attack): one of them has no \(state.attack)"]
    parts += comparison.guards.tripped.map(\.summary)
    let runs = [state.compare.left, state.compare.right].filter(state.guards.indices.contains)
    let found = runs.map { run in
      // How few non-members there are stands in the verdict.
      (state.guards[run] ?? []).tripped.filter {
        $0.kind != .tooFewNonMembers
          && ($0.attacks.isEmpty || $0.attacks.contains(comparison.attack))
      }.map(\.summary).joined(separator: ", ")
    }
    if found.count == 2, found[0] == found[1], !found[0].isEmpty {
      parts.append("both: " + found[0])
    } else if let experiment = state.experiment {
      for (run, words) in zip(runs, found) where !words.isEmpty {
        parts.append("\(experiment.run(run).name): \(words)")
      }
    }
    guard !parts.isEmpty else { return [] }
    return TextMeasure.wrap("! " + parts.joined(separator: "; "), width: max(1, width))
      .map { StyledText($0, .statusWarning) }
  }

  private static func names(_ state: AppState) -> String {
    guard let experiment = state.experiment else { return "" }
    let (left, right) = (state.compare.left, state.compare.right)
    return "\(experiment.run(left).name) and \(experiment.run(right).name)"
  }
}
