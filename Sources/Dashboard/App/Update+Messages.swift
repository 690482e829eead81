import Analysis
import ScoringCore
import TerminalUI

extension AppState {
  /// Hears what an effect came to.
  mutating func receive(_ message: Message) -> [Effect] {
    switch message {
    case .progress(let progress):
      self.progress = progress
    case .opened(let snapshot):
      open(snapshot)
    case .analysed(let run, let analysis):
      guard analyses.indices.contains(run) else { return [] }
      analyses[run] = analysis
      if run == self.run { returnToSequence(in: analysis) }
      if isFullyScored { progress = nil }
    case .guarded(let run, let findings):
      if guards.indices.contains(run) { guards[run] = findings }
    case .computed(let answer): receive(answer)
    case .verdictsLoaded(let changes, let total, let place):
      Triage.receiveStored(changes, total: total, place: place, &self)
    case .verdictsSaved(let step, let recorded, let delivered):
      Triage.receiveSaved(step, recorded: recorded, delivered: delivered, &self)
    case .verdictsFailed(let reason): Triage.receiveFailure(reason, &self)
    case .verdictsChanged(let changes): triage.log.settle(changes)
    case .themed(let name, let glyphs):
      theme = name
      self.glyphs = glyphs
      notice = Notice(.info, "Theme: \(name)")
    case .evidenceChanged: return takeChange()
    case .notRead(let reason):
      progress = nil
      isOutdated = true
      notice = Notice(.warning, "Not read again: \(reason)")
    case .notice(let notice):
      self.notice = notice
    case .failed(let reason):
      failure = reason
      progress = nil
    }
    return []
  }

  /// Reads what has changed on disk, or says that it has.
  private mutating func takeChange() -> [Effect] {
    guard experiment != nil else { return [] }
    isOutdated = true
    guard !isWatching else { return [.reload] }
    let key = keymap.chords(for: .reload).first?.label(arrows: !glyphs.isASCII)
    let remedy = key.map { "\($0) reads it again" } ?? "it can be read again"
    notice = Notice(.warning, "The evidence has changed on disk; \(remedy)")
    return []
  }

  /// Looks at the sequence that was looked at before the evidence was read again.
  private mutating func returnToSequence(in analysis: RunAnalysis) {
    guard let id = returningTo.take(), row == nil else { return }
    row = IDIndex(analysis.scores.ids).row(of: id)
  }

  private mutating func open(_ snapshot: ExperimentSnapshot) {
    let before = experiment.map { old in
      (run: old.run(run).name, left: old.run(compare.left).name, right: old.run(compare.right).name)
    }
    returningTo = selectedID
    isOutdated = false
    experiment = snapshot
    analyses = Array(repeating: nil, count: snapshot.runs.count)
    guards = Array(repeating: nil, count: snapshot.runs.count)
    let pair = snapshot.defaultPair
    run = pair.0
    compare.left = pair.0
    compare.right = pair.1
    if let before {
      // Read again: what was looked at stays, where it is still there; rows may be others now.
      let names = snapshot.runs.indices.map { snapshot.run($0).name }
      run = names.firstIndex(of: before.run) ?? pair.0
      compare.left = names.firstIndex(of: before.left) ?? run
      compare.right = names.firstIndex(of: before.right) ?? pair.1
      row = nil
      failure = nil
    }
    if snapshot.runs.count == 1, before == nil { screen = .sequences }
    let resumed = before == nil ? resuming.take().flatMap { resume($0, in: snapshot) } : nil
    if let warning = snapshot.warnings.first {
      let more = snapshot.warnings.count - 1
      notice = Notice(
        .warning,
        (more == 0 ? warning : "\(warning) (and \(more) more: ezscope check)")
          + (resumed.map { ". " + $0 } ?? ""))
    } else if let resumed {
      notice = Notice(.info, resumed)
    }
    // Whoever pressed keys before anything was open meant what opens.
    for place in waiting.indices { waiting[place].screen = screen }
  }
}
