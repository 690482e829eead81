import Analysis
import ScoringCore
import TerminalUI

/// News from outside the dashboard: what an effect came to.
package enum Message: Sendable {
  /// How far opening or scoring has come, and of what; nil when nothing is left to do.
  case progress(WorkProgress?)
  /// The files are read; nothing is scored yet.
  case opened(ExperimentSnapshot)
  /// A run is scored.
  case analysed(run: Int, RunAnalysis)
  /// The guards have looked at a run.
  case guarded(run: Int, [GuardFinding])
  /// A screen's work is done.
  case computed(Computation.Answer)
  /// The stored verdicts are read: the latest of each sequence, how many sequences there are to
  /// judge, and the file, if there is one yet.
  case verdictsLoaded([TriageChange], total: Int, place: String?)
  /// A step is stored: what was recorded of it, and everything stored since the last news.
  case verdictsSaved(step: Int, recorded: [TriageChange], delivered: [TriageChange])
  /// Verdicts cannot be read or stored now: why, and what to do about it.
  case verdictsFailed(String)
  /// Somebody else has judged.
  case verdictsChanged([TriageChange])
  /// A theme took effect.
  case themed(name: String, GlyphSet)
  /// The files that were read are others on disk, or longer.
  case evidenceChanged
  /// Evidence that is on screen cannot be read again now: why, and what to do about it.
  case notRead(String)
  /// Something worth a line at the bottom.
  case notice(Notice)
  /// Nothing can be shown: what is wrong and what to do about it.
  case failed(String)
}

/// How far a piece of work has come.
package struct WorkProgress: Hashable, Sendable {
  package var task: String
  package var done: Int
  package var total: Int?
  /// Items per second, where that is known.
  package var rate: Double?

  package init(task: String, done: Int, total: Int? = nil, rate: Double? = nil) {
    self.task = task
    self.done = done
    self.total = total
    self.rate = rate
  }
}

/// A line at the bottom of the screen until the next key.
package struct Notice: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case info, success, warning, error }
  package var kind: Kind
  package var text: String

  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
