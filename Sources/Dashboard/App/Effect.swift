import Analysis
import ScoringCore

/// Something the dashboard wants done in the world; the program carries it out.
package enum Effect: Sendable {
  /// Sort and filter; answered by `Message.arranged` of the same generation.
  case arrange(RowQuery, RunAnalysis, generation: Int)
  /// Join and compare two runs; answered by `Message.compared` of the same generation.
  case compare(ComparisonRequest, generation: Int)
  /// Store verdicts or notes; answered by `Message.verdictsSaved` or `.verdictsFailed`. Who did it
  /// and when is filled in on the way.
  case record(TriageStep)
  /// Put text on the user's clipboard.
  case copy(String)
  /// Switch to the next theme; answered by `Message.themed`.
  case nextTheme
  case suspend
  case redraw
  case quit
}
