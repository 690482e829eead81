import Analysis
import ScoringCore
import TerminalUI

extension AppState {
  /// Takes news from an effect; answers to outdated requests change nothing.
  mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .progress(let progress):
      self.progress = progress
    case .opened(let snapshot):
      open(snapshot)
    case .analysed(let run, let analysis):
      guard analyses.indices.contains(run) else { return [] }
      analyses[run] = analysis
      if analyses.allSatisfy({ $0 != nil }) { progress = nil }
    case .guarded(let run, let findings):
      if guards.indices.contains(run) { guards[run] = findings }
    case .arranged(let generation, let order):
      SequencesScreen.take(order, generation: generation, &self)
    case .compared(let generation, let comparison):
      CompareScreen.take(comparison, generation: generation, &self)
    case .verdictsLoaded(let changes, let total, let place):
      Triage.loaded(changes, total: total, place: place, &self)
    case .verdictsSaved(let step, let recorded, let delivered):
      Triage.saved(step, recorded: recorded, delivered: delivered, &self)
    case .verdictsFailed(let reason): Triage.failed(reason, &self)
    case .verdictsChanged(let changes): triage.log.settle(changes)
    case .themed(let name, let look):
      theme = name
      self.look = look
      notice = Notice(.info, "Theme: \(name)")
    case .notice(let notice):
      self.notice = notice
    case .failed(let reason):
      failure = reason
      progress = nil
    }
    return []
  }

  private mutating func open(_ snapshot: ExperimentSnapshot) {
    experiment = snapshot
    analyses = Array(repeating: nil, count: snapshot.runs.count)
    guards = Array(repeating: nil, count: snapshot.runs.count)
    let pair = snapshot.defaultPair
    run = pair.0
    compare.left = pair.0
    compare.right = pair.1
    if let warning = snapshot.warnings.first {
      let more = snapshot.warnings.count - 1
      notice = Notice(
        .warning, more == 0 ? warning : "\(warning) (and \(more) more: ezscope check)")
    }
    if snapshot.runs.count == 1 { screen = .sequences }
  }
}
