import Analysis
import ScoringCore
import TerminalUI

/// Everything a frame is drawn from, and nothing of the terminal.
///
/// Large data is held by reference to immutable snapshots, so that copying the state is cheap.
package struct AppState: Sendable {
  package var size: Size
  package var look = Look()
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
  /// Whether nothing is opened and nothing will be: the start screen says what to do.
  package var isAtStart = false

  /// What the tour says about the screen, while it plays.
  package var caption: String?

  /// The run looked at.
  package var run = 0
  /// The attack looked at, by its spelling: the same on every screen and for every run that has it.
  package var attack = "ez"
  /// The sequence looked at, as a row of the current run.
  package var row: Int?

  package var runs = RunsState()
  package var sequences = SequencesState()
  package var tokens = TokensState()
  package var roc = ROCState()
  package var compare = CompareState()

  package var triage = TriageState()

  package var overlay: Overlay?
  package var prompt: OpenPrompt?
  /// The beginning of a chord of several keys.
  package var pending: [KeyPress] = []
  /// Counts requests whose answers come later, so that stale answers are known.
  package var generation = 0

  package init(size: Size, keymap: DashboardKeymap, look: Look = Look()) {
    self.size = size
    self.keymap = keymap
    self.look = look
  }

  /// What covers the screen.
  package enum Overlay: Sendable {
    case help(HelpState)
    case palette(PaletteState)
  }

  /// The current run's results, once there are any.
  package var analysis: RunAnalysis? {
    analyses.indices.contains(run) ? analyses[run] : nil
  }

  /// Whether every run of an opened experiment is scored.
  package var isFullyScored: Bool { experiment != nil && analyses.allSatisfy { $0 != nil } }

  /// The column of the current attack in a run; its first column where it lacks the attack.
  package func attackIndex(in analysis: RunAnalysis) -> Int {
    analysis.attackIndex(attack) ?? 0
  }

  /// The current attack's figures for the current run.
  package var currentAttack: AttackAnalysis? {
    guard let analysis, !analysis.attacks.isEmpty else { return nil }
    return analysis.attacks[attackIndex(in: analysis)]
  }

  /// A number for a new request; answers to older ones are stale.
  package mutating func nextGeneration() -> Int {
    generation += 1
    return generation
  }
}

/// The one line of input at the bottom, and what it is for.
package struct OpenPrompt: Sendable {
  package enum Purpose: Hashable, Sendable {
    case search
    case filter
    case note
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
