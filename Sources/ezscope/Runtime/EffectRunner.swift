import Analysis
import Dashboard
import Dispatch
import EvidenceIO
import Foundation
import ScoringCore
import Synchronization
import TerminalUI

/// Carries out the dashboard's effects on other threads and posts what they come to.
final class EffectRunner: Sendable {
  private let post: @Sendable (Dashboard.Message) -> Void
  private let requests = DispatchQueue(
    label: "ezscope.requests", qos: .userInitiated, attributes: .concurrent)
  private let loading = DispatchQueue(label: "ezscope.loading", qos: .userInitiated)
  /// The number of each screen's latest request, the only one that matters.
  private let latest = Mutex<[ScreenID: Int]>([:])
  private let isCancelled = Atomic<Bool>(false)
  private let opened = Mutex<EvidenceSources?>(nil)

  private let verdicts: VerdictKeeper

  init(post: @escaping @Sendable (Dashboard.Message) -> Void) {
    self.post = post
    verdicts = VerdictKeeper(post: post)
  }

  /// Lets all work end at its next chance, but for storing verdicts.
  func cancelAll() { isCancelled.store(true, ordering: .relaxed) }

  /// Looks for verdicts of others and tries again what could not be stored; to be called when the
  /// user does something, as then is when it matters.
  func lookForVerdicts() { verdicts.look() }

  /// Waits until all verdicts are stored, but not for long; what is not, in words for the user.
  func finishVerdicts() -> String? { verdicts.finish(within: 3) }

  /// Opens evidence, then scores every run, those shown first before the others.
  func open(_ sources: EvidenceSources) {
    opened.withLock { $0 = sources }
    loading.async { [self] in
      do {
        let loaded = try LoadedExperiment(sources) { [self] progress in
          post(
            .progress(
              WorkProgress(task: "Reading", done: progress.bytes, total: progress.totalBytes)))
        } isCancelled: { [self] in
          isStopped
        }
        post(.opened(loaded.snapshot))
        verdicts.open(JudgedExperiment(paths: sources.all, runs: loaded.snapshot.runs))
        analyse(loaded)
      } catch {
        post(.failed("\(error)"))
      }
    }
  }

  private func analyse(_ loaded: LoadedExperiment) {
    let order = loaded.scoringOrder
    let stop: @Sendable () -> Bool = { [self] in isStopped }
    var analyses: [(run: Int, analysis: RunAnalysis)] = []
    for (finished, run) in order.enumerated() {
      let name = loaded.snapshot.run(run).name
      post(.progress(WorkProgress(task: "Scoring \(name)", done: finished, total: order.count)))
      guard let analysis = loaded.analysis(ofRun: run, isCancelled: stop) else { return }
      if let cut = FileBytes.shrunk { return post(.failed(cut)) }
      post(.analysed(run: run, analysis))
      analyses.append((run, analysis))
    }
    // Figures come first: what speaks against them follows at once.
    for (run, analysis) in analyses {
      guard !isStopped else { return }
      post(.guarded(run: run, analysis.guards(loaded.texts)))
    }
  }

  /// Carries out an effect whose answer comes as a message.
  func run(_ effect: Effect) {
    switch effect {
    case .compute(let computation):
      latest.withLock { $0[computation.screen] = computation.number }
      requests.async { [self] in
        let stop: @Sendable () -> Bool = { [self] in
          isStopped || latest.withLock { $0[computation.screen] } != computation.number
        }
        if let answer = computation.answer(isCancelled: stop) { post(.computed(answer)) }
      }
    case .record(let step): verdicts.record(step)
    case .reload: reopen()
    case .copy, .write, .useTheme, .nextTheme, .suspend, .redraw, .quit:
      break
    }
  }

  /// Writes a file that is not there yet, whole or not at all.
  func write(_ bytes: [UInt8], to path: String) {
    requests.async { [self] in
      guard !FileManager.default.fileExists(atPath: path) else {
        post(.notice(Notice(.error, "\(path) is there already: choose another name")))
        return
      }
      do {
        var file = try OutputFile.create(path, .texts)
        try file.write(bytes)
        try file.commit()
        post(.notice(Notice(.success, "\(path) is written")))
      } catch {
        post(.notice(Notice(.error, "\(error)")))
      }
    }
  }

  /// Opens again what was opened, as it is now.
  private func reopen() {
    if let sources = opened.withLock({ $0 }) { open(sources) }
  }

  private var isStopped: Bool { isCancelled.load(ordering: .relaxed) }
}
