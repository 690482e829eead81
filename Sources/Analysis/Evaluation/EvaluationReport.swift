import ScoringCore

/// The figures of some runs, ready to be written in any format.
package struct EvaluationReport {
  /// How the figures were computed.
  package struct Settings {
    package var options: EvaluationOptions
    package var population: Population
    package var wanted: Wanted
    /// Which attack `auto` became and why, in a sentence; nil where attacks were named.
    package var attackChoice: String?
    /// Whether the text has every run with all that is known of it, not one table of all.
    package var isDetailed = true

    package init(options: EvaluationOptions, population: Population, wanted: Wanted = Wanted()) {
      self.options = options
      self.population = population
      self.wanted = wanted
    }

    /// The share of members that precision assumes.
    package var prior: Double? { wanted.prior }
  }

  /// Figures that are given only when asked for.
  package struct Wanted {
    package var slices: SliceKey?
    package var advantage = false
    package var prior: Double?
    package var falseDiscoveryRate: Double?
    package var set = false
    package var curve = false
    package var epsilon = false
    /// The delta of the bound on epsilon.
    package var delta = 1e-5
    /// The key whose groups figures are over, and how their scores are joined; nil: sequences.
    package var groups: GroupRequest?

    package init() {}
  }

  package let settings: Settings
  package let runs: [RunReport]

  package init(settings: Settings, runs: [RunReport]) {
    self.settings = settings
    self.runs = runs
  }
}

/// One run's figures.
package struct RunReport {
  package let run: Run
  package let attacks: [AttackAnalysis]
  /// Attacks asked for that the run has no scores of, and why.
  package let missing: [(attack: String, reason: String)]
  /// Those of them that the evidence does not feed, where all that can be had were asked for.
  package let lacking: [MissingEvidence]
  package let members: Int
  package let nonMembers: Int
  package let unknown: Int
  /// Sequences that are not primary, so that no figure counts them.
  package let outside: Int
  /// What every guard found.
  package let guards: [GuardFinding]
  /// Documents that intervals are over; nil where they are over sequences.
  package let documents: Int?
  /// What was joined to groups; nil where figures are over sequences.
  package let groups: RunAnalysis.Groups?
  /// The figures of each slice, or why there are none; nil unless asked for.
  package let slices: Result<SliceReport, SliceError>?
  /// What is known of the sequences of unknown label; nil unless asked for.
  package let suspects: SuspectReport?
  /// Bounds on epsilon, or why there are none; nil unless asked for.
  package let epsilon: EpsilonReport?

  package init(
    _ analysis: RunAnalysis, request: AttackRequest, texts: TextGuards,
    settings: EvaluationReport.Settings
  ) {
    let wanted = settings.wanted
    documents = analysis.attacks.first?.evaluation.clusterCount
    slices = wanted.slices.map { SliceReport.make(analysis, by: $0, options: settings.options) }
    suspects =
      wanted.set || wanted.falseDiscoveryRate != nil
      ? SuspectReport(analysis, wanted, options: settings.options) : nil
    epsilon =
      wanted.epsilon
      ? EpsilonReport(analysis, delta: wanted.delta, options: settings.options) : nil
    run = analysis.run
    attacks = analysis.attacks
    lacking = request.lacking(analysis.unavailable)
    missing = request.missing(
      from: analysis.attacks.map(\.spelling), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    let labels = zip(analysis.scores.labels, analysis.isPrimary).lazy.filter(\.1).map(\.0)
    members = labels.count { $0 == .member }
    nonMembers = labels.count { $0 == .nonMember }
    unknown = labels.count { $0 == .unknown }
    outside = analysis.isPrimary.count { !$0 }
    groups = analysis.groups
    guards = analysis.guards(texts)
  }
}
