import Analysis
import Dashboard
import Dispatch
import EvidenceIO
import FoundationEssentials
import Glibc
import ScoringCore
import Synchronization
import TerminalUI

/// Carries out the dashboard's effects on other threads and posts what they come to.
///
/// Analysis goes step by step, what is looked at first; when the user looks at something else that
/// is not there yet, the step under way is cancelled and taken up again later.
final class EffectRunner: Sendable {
  /// What is analysed, what is looked at, and what is being done about it.
  private struct Work {
    var analysis: ProgressiveAnalysis?
    /// What was analysed until the evidence was to be read again, should that fail.
    var earlier: ProgressiveAnalysis?
    var focus = AnalysisFocus(run: 0, attack: "ez")
    var running: AnalysisStep?
    /// Whether the loading queue is at work or about to be.
    var isAwake = false
    /// Verdicts are read once there is something to judge.
    var judged: TriageSubject?
  }

  private let post: @Sendable (Dashboard.Message) -> Void
  private let requests = DispatchQueue(
    label: "ezscope.requests", qos: .userInitiated, attributes: .concurrent)
  private let loading = DispatchQueue(label: "ezscope.loading", qos: .userInitiated)
  /// The number of each screen's latest request, the only one that matters.
  private let latest = Mutex<[ScreenID: Int]>([:])
  private let isCancelled = Atomic<Bool>(false)
  private let opened = Mutex<EvidenceSources?>(nil)
  /// Whether the step under way is not what is wanted any more.
  private let isPreempted = Atomic<Bool>(false)
  private let work = Mutex(Work())

  private let verdicts: VerdictKeeper
  private let files: EvidenceWatch
  private let usesCache: Bool

  init(usesCache: Bool = true, post: @escaping @Sendable (Dashboard.Message) -> Void) {
    self.post = post
    self.usesCache = usesCache
    verdicts = VerdictKeeper(post: post)
    files = EvidenceWatch { post(.evidenceChanged) }
  }

  /// Lets all work end at its next chance, but for storing verdicts.
  func cancelAll() { isCancelled.store(true, ordering: .relaxed) }

  /// Looks for verdicts of others and for files that changed, and tries again what could not be
  /// stored; to be called when the user does something, as then is when it matters.
  func lookAround() {
    verdicts.look()
    files.look()
  }

  /// Looks every second whether files have changed.
  func watchFiles() { files.lookByItself() }

  /// Waits until all verdicts are stored, but not for long; what is not, in words for the user.
  func finishVerdicts() -> String? { verdicts.finish(within: 3) }

  /// Opens evidence, then scores what is looked at, and the rest after it.
  ///
  /// - Parameter isAgain: whether it is on screen already, and stays there if it cannot be read now.
  func open(_ sources: EvidenceSources, isAgain: Bool = false) {
    opened.withLock { $0 = sources }
    loading.async { [self] in
      files.open(sources)
      do {
        let loaded = try LoadedExperiment(sources) { [self] progress in
          post(
            .progress(
              WorkProgress(task: "Reading", done: progress.bytes, total: progress.totalBytes)))
        } isCancelled: { [self] in
          isStopped
        }
        let cache = usesCache ? ScoreCache(of: sources, runs: loaded.inputs) : nil
        let analysis = ProgressiveAnalysis(
          loaded.inputs, order: loaded.scoringOrder, memory: cache?.memory ?? .init())
        work.withLock { work in
          work.analysis = analysis
          work.earlier = nil
          work.focus.run = loaded.scoringOrder.first ?? 0
          work.isAwake = true
          work.judged = TriageSubject(paths: sources.all, runs: loaded.snapshot.runs)
        }
        post(.opened(loaded.snapshot))
        analyse()
      } catch {
        post(isAgain ? .notRead("\(error)") : .failed("\(error)"))
        if isAgain { goOn() }
      }
    }
  }

  /// Takes up again what was being computed before evidence could not be read.
  private func goOn() {
    let hasMore = work.withLock { work in
      guard let earlier = work.earlier.take() else { return false }
      work.analysis = earlier
      work.isAwake = true
      return true
    }
    if hasMore { analyse() }
  }

  /// Says what the user looks at, so that it is computed before anything else.
  func look(at focus: AnalysisFocus) {
    let mustWake = work.withLock { work in
      guard work.focus != focus else { return false }
      work.focus = focus
      guard let analysis = work.analysis, analysis.inputs.indices.contains(focus.run) else {
        return false
      }
      if let running = work.running, analysis.next(focus) != running {
        isPreempted.store(true, ordering: .relaxed)
      }
      guard !work.isAwake else { return false }
      work.isAwake = true
      return true
    }
    if mustWake { loading.async { [self] in analyse() } }
  }

  /// Performs steps until nothing is left to do.
  private func analyse() {
    while let (analysis, step) = nextStep() {
      let total = analysis.inputs[step.run].count
      let line = ProgressLine(analysis.title(of: step), total: total, post: post)
      let news = analysis.perform(step, progress: { line.report($0) }) { [self] in
        isStopped || isPreempted.load(ordering: .relaxed)
      }
      if let cut = FileBytes.shrunk { return post(.failed(cut)) }
      for item in news ?? [] {
        switch item {
        case .analysed(let run, let analysis): post(.analysed(run: run, analysis))
        case .guarded(let run, let findings): post(.guarded(run: run, findings))
        }
      }
      if news != nil, let judged = work.withLock({ $0.judged.take() }) { verdicts.open(judged) }
    }
    post(.progress(nil))
  }

  private func nextStep() -> (ProgressiveAnalysis, AnalysisStep)? {
    work.withLock { work in
      isPreempted.store(false, ordering: .relaxed)
      guard !isStopped, let analysis = work.analysis, let step = analysis.next(work.focus) else {
        work.running = nil
        work.isAwake = false
        return nil
      }
      work.running = step
      return (analysis, step)
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
    case .copy, .write, .changeFilters, .useTheme, .nextTheme, .suspend, .redraw, .quit:
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

  /// Keeps a named filter for later starts, or keeps it no more.
  func change(_ filters: FilterChange, in file: ResumeFile?) {
    guard let file else {
      let why = "This filter is gone with the program: there is no folder to keep it in"
      return post(.notice(Notice(.warning, why)))
    }
    file.change(filters) { [self] error in
      post(.notice(Notice(.warning, "The filter is not kept for the next start: \(error)")))
    }
  }

  /// Opens again what was opened, as it is now.
  private func reopen() {
    guard let sources = opened.withLock({ $0 }) else { return }
    // What is being computed of the files as they were is not wanted any more.
    isPreempted.store(true, ordering: .relaxed)
    work.withLock { work in
      if let analysis = work.analysis.take() { work.earlier = analysis }
    }
    open(sources, isAgain: true)
  }

  private var isStopped: Bool { isCancelled.load(ordering: .relaxed) }
}

/// Posts how far a step has come, at most ten times per second and from any thread.
private final class ProgressLine: Sendable {
  private let task: String
  private let total: Int
  private let post: @Sendable (Dashboard.Message) -> Void
  private let start = ContinuousClock.now
  private let posted = Mutex(ContinuousClock.now)

  init(_ task: String, total: Int, post: @escaping @Sendable (Dashboard.Message) -> Void) {
    self.task = task
    self.total = total
    self.post = post
    post(.progress(WorkProgress(task: task, done: 0, total: total)))
  }

  func report(_ done: Int) {
    let now = ContinuousClock.now
    let isDue = posted.withLock { posted in
      guard now - posted >= .milliseconds(100) else { return false }
      posted = now
      return true
    }
    guard isDue else { return }
    let seconds = (now - start) / .seconds(1)
    post(
      .progress(
        WorkProgress(
          task: task, done: done, total: total, rate: seconds > 0 ? Double(done) / seconds : nil)))
  }
}
