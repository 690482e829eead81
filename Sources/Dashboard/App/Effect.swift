import Analysis
import ScoringCore

/// Something the dashboard wants done in the world; the program carries it out.
package enum Effect: Sendable {
  /// Do a screen's work on another thread; answered by `Message.computed`.
  case compute(Computation)
  /// Store verdicts or notes; answered by `Message.verdictsSaved` or `.verdictsFailed`. Who did it
  /// and when is filled in on the way.
  case record(TriageStep)
  /// Write a file that is not there yet; answered by `Message.notice`.
  case write(FileRequest)
  /// Keep a named filter for later starts, or keep it no more.
  case changeFilters(FilterChange)
  /// Open the evidence again; answered like the first opening.
  case reload
  /// Put text on the user's clipboard.
  case copy(String)
  /// Switch to a theme inside the program; answered by `Message.themed`.
  case useTheme(String)
  /// Switch to the next theme; answered by `Message.themed`.
  case nextTheme
  case suspend
  case redraw
  case quit
}
