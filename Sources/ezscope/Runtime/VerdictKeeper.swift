import Basics
import Dashboard
import Dispatch
import ScoringCore
import Synchronization
import TriageStore

/// Keeps the dashboard's verdicts: reads what is stored, stores what is decided, tells what others do.
///
/// The store's file is made with the first verdict, so that only looking leaves nothing behind. All
/// work is done on queues; nothing here makes the user wait, except the end.
final class VerdictKeeper: Sendable {
  private struct State {
    var experiment: TriageSubject?
    var fingerprint = Fingerprint()
    var total = 0
    var store: VerdictStore?
    /// Steps made before the store was open.
    var waiting: [TriageStep] = []
    /// Whether the store refused a step that it still holds.
    var mustRetry = false
    var looked = ContinuousClock.now
  }

  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "ezscope.verdict-keeper", qos: .userInitiated)
  private let state = Mutex(State())
  private let author = VerdictStore.defaultAuthor
  /// Keys come faster than anybody else judges.
  private static let pause = Duration.milliseconds(500)

  init(post: @escaping @Sendable (Message) -> Void) { self.post = post }

  /// Reads what is stored about an experiment.
  func open(_ experiment: TriageSubject) {
    queue.async { [self] in
      let fingerprint = experiment.fingerprint
      let total = experiment.count
      let mustOpen = state.withLock { state in
        state.experiment = experiment
        state.fingerprint = fingerprint
        state.total = total
        return !state.waiting.isEmpty
      }
      if mustOpen || experiment.hasStore(fingerprint) {
        openStore()
      } else {
        post(.verdictsLoaded([], total: total, place: nil))
      }
    }
  }

  /// Stores a step as soon as possible.
  func record(_ step: TriageStep) {
    var step = step
    let now = VerdictStore.now
    for index in step.changes.indices {
      step.changes[index].author = author
      step.changes[index].time = now
    }
    state.withLock { $0.waiting.append(step) }
    queue.async { [self] in handOver() }
  }

  /// Looks for changes of others and tries failed steps again, unless it has done so just now.
  func look() {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      guard state.experiment != nil, now - state.looked >= Self.pause else { return false }
      state.looked = now
      return true
    }
    guard isDue else { return }
    queue.async { [self] in
      handOver()
      let (store, mustRetry) = state.withLock { ($0.store, $0.mustRetry) }
      guard let store else {
        if hasStore { openStore() }
        return
      }
      if mustRetry { store.retry() }
      store.poll { [self] result in
        switch result {
        case .success(let changes): post(.verdictsChanged(changes))
        case .failure(let error): post(.verdictsFailed("\(error)"))
        }
      }
    }
  }

  /// Waits until everything is stored or time is up; what is not, in words for the user.
  func finish(within seconds: Double) -> String? {
    if state.withLock({ $0.store == nil && $0.waiting.isEmpty }) { return nil }
    let deadline = ContinuousClock.now + .seconds(seconds)
    let done = DispatchSemaphore(value: 0)
    queue.async { [self] in
      handOver()
      done.signal()
    }
    _ = done.wait(timeout: .now() + seconds)
    let (store, waiting) = state.withLock { ($0.store, $0.waiting) }
    let rest = max(0.1, (deadline - .now) / .seconds(1))
    let lost = (store?.finish(within: rest) ?? []) + waiting
    let ids = Set(lost.lazy.flatMap(\.changes).map(\.id))
    guard !ids.isEmpty else { return nil }
    let place = store?.path ?? "their file"
    return "verdicts or notes on \(NumberFormat.counted(ids.count, "sequence")) could not be "
      + "stored in \(place) and are lost; make sure the file can be written and judge again"
  }

  private var hasStore: Bool {
    let (experiment, fingerprint) = state.withLock { ($0.experiment, $0.fingerprint) }
    return experiment?.hasStore(fingerprint) ?? false
  }

  /// Opens the store, reads it, and hands it what has been waiting for it.
  private func openStore() {
    let (experiment, fingerprint, total) = state.withLock {
      ($0.experiment, $0.fingerprint, $0.total)
    }
    // Not read yet: opening will come back here.
    guard let experiment else { return }
    do {
      let store = try experiment.openStore(fingerprint)
      let changes = try store.load().values.map(\.change)
      state.withLock { $0.store = store }
      post(.verdictsLoaded(changes, total: total, place: store.path))
      if let notice = store.notices.first { post(.notice(Notice(.info, notice))) }
      handOver()
    } catch {
      post(.verdictsLoaded([], total: total, place: nil))
      post(.verdictsFailed("\(error)"))
    }
  }

  /// Gives the store what has been waiting; opens it if need be.
  private func handOver() {
    let (store, steps) = state.withLock { state in
      let steps = state.waiting
      if state.store != nil { state.waiting = [] }
      return (state.store, steps)
    }
    guard !steps.isEmpty else { return }
    guard let store else { return openStore() }
    for step in steps { append(step, to: store) }
  }

  private func append(_ step: TriageStep, to store: VerdictStore) {
    store.append(step) { [self] result in
      switch result {
      case .success(let receipt):
        state.withLock { $0.mustRetry = false }
        post(
          .verdictsSaved(
            step: receipt.step, recorded: receipt.recorded, delivered: receipt.delivered))
      case .failure(let error):
        state.withLock { $0.mustRetry = true }
        post(.verdictsFailed("\(error)"))
      }
    }
  }
}
