import Dispatch
import EvidenceIO
import Synchronization

/// Tells when the files that were opened are other files on disk, or longer ones.
///
/// It looks when the user does something, as then is when it matters; or by itself, for a run that is
/// still being written.
final class EvidenceWatch: Sendable {
  private struct State {
    var sources: EvidenceSources?
    /// What the files were when they were opened, or when a change was told.
    var known: EvidenceIdentity?
    var looked = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "ezscope.evidence-watch", qos: .utility)
  private let changed: @Sendable () -> Void
  private let pause: Duration

  /// - Parameters:
  ///   - pause: the time between two looks, at least.
  ///   - changed: called, on a queue of its own, once for each change.
  init(pause: Duration = .seconds(1), changed: @escaping @Sendable () -> Void) {
    self.pause = pause
    self.changed = changed
  }

  /// Remembers what is about to be read; to be called before it is, so that no change is missed.
  func open(_ sources: EvidenceSources) {
    let identity = EvidenceIdentity(of: sources)
    state.withLock { state in
      state.sources = sources
      state.known = identity
    }
  }

  /// Looks for changes in a moment, unless that was done just now.
  func look() {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      guard state.known != nil, now - state.looked >= pause else { return false }
      state.looked = now
      return true
    }
    if isDue { queue.async { [self] in compare() } }
  }

  /// Looks every second from now on.
  func lookByItself() {
    queue.asyncAfter(deadline: .now() + 1) { [weak self] in
      self?.compare()
      self?.lookByItself()
    }
  }

  /// Waits until what was asked for is done.
  func finish() { queue.sync {} }

  private func compare() {
    guard let sources = state.withLock({ $0.known == nil ? nil : $0.sources }),
      let identity = EvidenceIdentity(of: sources)
    else { return }
    let isNew = state.withLock { state in
      guard state.sources == sources, let known = state.known, known != identity else {
        return false
      }
      state.known = identity
      return true
    }
    if isNew { changed() }
  }
}
