import Analysis
import ScoringCore
import TerminalUI

/// Everything a frame is drawn from, and nothing of the terminal.
///
/// Large data is held by reference to immutable snapshots, so that copying the state is cheap.
package struct AppState: Sendable {
  package var size: Size
  package var glyphs = GlyphSet.unicode
  package var keymap: DashboardKeymap
  package var theme = ""
  package var isMouseOn = true
  /// How much of the dataset's texts is hidden wherever they are shown or copied.
  package var redaction = Redaction.off

  package var screen = ScreenID.runs
  /// Where `back` returns to, the latest last.
  package var history: [ScreenID] = []

  package var experiment: ExperimentSnapshot?
  /// One entry for each run; nil until it is scored.
  package var analyses: [RunAnalysis?] = []
  /// What guards found in each run; nil until they have looked.
  package var guards: [[GuardFinding]?] = []
  package var progress: WorkProgress?
  /// Why nothing can be shown, if so.
  package var failure: String?
  package var notice: Notice?
  /// Whether the files have changed since they were read.
  package var isOutdated = false
  /// Whether files that change are read again by themselves.
  package var isWatching = false
  /// The sequence to return to once evidence is read again.
  var returningTo: String?
  /// Whether nothing is opened and nothing will be: the start screen says what to do.
  package var isAtStart = false

  /// What to go on from once the experiment is there.
  package var resuming: ViewMemory?
  /// The filters that have names.
  package var filters: [NamedFilter] = []
  /// The columns of a screen's list by name, in their order, where somebody has chosen them.
  package var columns: [ScreenID: [String]] = [:]

  /// What the tour says about the screen, while it plays.
  package var caption: String?

  /// The run looked at.
  package var run = 0
  /// The attack looked at, by its spelling: the same on every screen and for every run that has it.
  package var attack = "ez"
  /// The sequence looked at, as a row of the current run.
  package var row: Int?

  /// What each screen remembers, by its name; `self[Screen.self]` knows the types.
  var memories: [ScreenID: any Sendable] = [:]
  /// The number of each screen's latest request, so that stale answers are known.
  var latestRequests: [ScreenID: Int] = [:]

  package var triage = TriageState()

  package var overlay: Overlay?
  package var prompt: OpenPrompt?
  /// The beginning of a chord of several keys.
  package var pending: [KeyPress] = []
  /// What was asked for before the rows it is about were there, the first first.
  var waiting: [WaitingAction] = []

  package init(size: Size, keymap: DashboardKeymap, glyphs: GlyphSet = .unicode) {
    self.size = size
    self.keymap = keymap
    self.glyphs = glyphs
  }

  /// What covers the screen.
  package enum Overlay: Sendable {
    case help(HelpState)
    case picker(PickerState)
    case explanation(ExplanationState)
  }

  /// The current run's results, once there are any.
  package var analysis: RunAnalysis? {
    analyses.indices.contains(run) ? analyses[run] : nil
  }

  /// Whether every run of an opened experiment is scored.
  package var isFullyScored: Bool {
    experiment != nil && analyses.allSatisfy { $0?.isComplete == true }
  }

  /// The column of the attack shown for a run: the current one, or its first where it lacks that.
  package func shownAttack(in analysis: RunAnalysis) -> Int? {
    analysis.attackIndex(attack) ?? (analysis.attacks.isEmpty ? nil : 0)
  }

  /// The attack shown for a run by its spelling.
  package func shownSpelling(in analysis: RunAnalysis) -> String? {
    shownAttack(in: analysis).map { analysis.attacks[$0].spelling }
  }

  /// The attack shown instead of the current one, for a run that lacks that.
  package func substitute(in analysis: RunAnalysis) -> String? {
    shownSpelling(in: analysis).flatMap { $0 == attack ? nil : $0 }
  }

  /// The figures of the attack shown for the current run.
  package var currentAttack: AttackAnalysis? {
    guard let analysis, let shown = shownAttack(in: analysis) else { return nil }
    return analysis.attacks[shown]
  }
}

/// The one line of input at the bottom, and what it is for.
package struct OpenPrompt: Sendable {
  package enum Purpose: Hashable, Sendable {
    case search
    case filter
    case note
    /// The name of a file to write.
    case write
    /// A name for the filter in force.
    case filterName
    /// A question whether to give all listed sequences a verdict.
    case markAll(Verdict)
  }
  package var purpose: Purpose
  package var input: PromptState

  package init(_ purpose: Purpose, input: PromptState = PromptState()) {
    self.purpose = purpose
    self.input = input
  }
}
