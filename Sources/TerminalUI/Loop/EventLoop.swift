import Basics
import Glibc

/// Waits for input, messages and signals, lets the application handle all there is, draws once.
///
/// Runs on the thread that calls it and blocks it; use the main thread. Nothing in it is
/// asynchronous, so a program of this kind must not put work on the main actor.
package struct EventLoop<App: Application> {
  /// How long an unfinished escape sequence may be before it is taken as it stands.
  package struct Patience: Hashable, Sendable {
    package var key: Duration
    package var sequence: Duration = .seconds(1)
    package var paste: Duration = .seconds(5)

    package init(key: Duration = .milliseconds(25)) { self.key = key }

    /// Honours `ESCDELAY` (milliseconds), as other terminal programs do.
    package init(environment: [String: String]) {
      let milliseconds = environment["ESCDELAY"].flatMap(Int.init) ?? 25
      self.init(key: .milliseconds(min(max(milliseconds, 1), 10_000)))
    }

    func limit(for wait: InputDecoder.Wait) -> Duration {
      switch wait {
      case .key: key
      case .sequence: sequence
      case .paste: paste
      }
    }
  }

  private let terminal: any Terminal
  private let input: Int32
  private let pipe: SelfPipe
  private let mailbox: Mailbox<App.Message>
  private let patience: Patience
  private var decoder = InputDecoder()
  private var isDirty = true
  private var theme: Theme?
  private var exitCode: Int32?
  private let clock = ContinuousClock()
  private var lastInput: ContinuousClock.Instant
  private var lastTick: ContinuousClock.Instant?
  /// A flood of input still leaves time to draw.
  private static var readLimit: Int { 1 << 18 }

  package init(
    terminal: any Terminal, input: Int32, pipe: SelfPipe, mailbox: Mailbox<App.Message>,
    patience: Patience = Patience()
  ) {
    self.terminal = terminal
    self.input = input
    self.pipe = pipe
    self.mailbox = mailbox
    self.patience = patience
    lastInput = clock.now
  }

  /// Draws the first frame before anything else, then runs until the application quits or is
  /// stopped; restores the terminal and returns the exit code.
  package mutating func run(_ app: inout App) -> Int32 {
    defer { terminal.restore() }
    while true {
      if let exitCode { return exitCode }
      draw(app)
      wait(&app)
    }
  }

  private mutating func draw(_ app: App) {
    guard isDirty else { return }
    isDirty = false
    if theme != app.theme {
      theme = app.theme
      terminal.use(app.theme.resolved(for: terminal.depth))
    }
    terminal.present(app.view(size: terminal.size), modes: app.modes)
  }

  // MARK: Waiting

  private mutating func wait(_ app: inout App) {
    let now = clock.now
    if app.tickInterval == nil { lastTick = nil } else if lastTick == nil { lastTick = now }
    var fds = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
    ]
    let ready = poll(&fds, 2, timeout(app, now))
    guard ready >= 0 else {
      // Interrupted by a signal, whose byte is in the pipe already.
      return
    }
    if fds[1].revents != 0 { handleWakeUps(&app) }
    if fds[0].revents != 0, exitCode == nil { readInput(&app) }
    if exitCode == nil { settle(&app) }
  }

  /// Milliseconds until the next deadline, rounded up; −1 when there is none.
  private func timeout(_ app: App, _ now: ContinuousClock.Instant) -> Int32 {
    var deadlines: [ContinuousClock.Instant] = []
    if let wait = decoder.waiting { deadlines.append(lastInput + patience.limit(for: wait)) }
    if let interval = app.tickInterval { deadlines.append((lastTick ?? now) + interval) }
    guard let next = deadlines.min() else { return -1 }
    let (seconds, attoseconds) = max(now.duration(to: next), .zero).components
    return Int32(
      clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// Ends waits whose time is over and sends the tick that is due.
  private mutating func settle(_ app: inout App) {
    let now = clock.now
    if let wait = decoder.waiting, now >= lastInput + patience.limit(for: wait) {
      var inputs: [Input] = []
      decoder.flush { inputs.append($0) }
      handle(inputs.map(Event.input), &app)
    }
    if let interval = app.tickInterval, let last = lastTick, now >= last + interval {
      lastTick = now
      handle([.tick], &app)
    }
  }

  // MARK: What woke the loop

  private mutating func readInput(_ app: inout App) {
    var inputs: [Input] = []
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    var hasEnded = false
    repeat {
      let count = read(input, &bytes, bytes.count)
      if count < 0, errno == EINTR || errno == EAGAIN { break }
      guard count > 0 else {
        hasEnded = true
        break
      }
      total += count
      decoder.feed(bytes.prefix(count)) { inputs.append($0) }
    } while total < Self.readLimit && hasMoreInput()
    lastInput = clock.now
    handle(inputs.map(Event.input), &app)
    if hasEnded, exitCode == nil { stop(.hangUp, &app) }
  }

  private func hasMoreInput() -> Bool {
    var more = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    return poll(&more, 1, 0) > 0
  }

  private mutating func handleWakeUps(_ app: inout App) {
    for signal in pipe.drain() where exitCode == nil { handleSignal(signal, &app) }
    guard exitCode == nil else { return }
    handle(mailbox.drain().map(Event.message), &app)
  }

  private mutating func handleSignal(_ signal: Int32, _ app: inout App) {
    switch signal {
    case SIGWINCH:
      resize(&app)
    case SIGTSTP:
      suspend(&app)
    case SIGCONT:
      terminal.resume()
      resize(&app)
    default:
      if let signal = StopSignal(rawValue: signal) { stop(signal, &app) }
    }
  }

  private mutating func resize(_ app: inout App) {
    terminal.updateSize()
    isDirty = true
    handle([.resize(terminal.size)], &app)
  }

  private mutating func suspend(_ app: inout App) {
    terminal.suspend()
    resize(&app)
  }

  private mutating func stop(_ signal: StopSignal, _ app: inout App) {
    _ = app.handle(.stop(signal))
    exitCode = signal.exitCode
  }

  private mutating func handle(_ events: [Event<App.Message>], _ app: inout App) {
    for event in events where exitCode == nil {
      let directive = app.handle(event)
      if directive.redraws { isDirty = true }
      if directive.repaints {
        terminal.repaint()
        isDirty = true
      }
      if let text = directive.copies { terminal.copy(text) }
      if let code = directive.quits { exitCode = code }
      if directive.suspends, exitCode == nil { suspend(&app) }
    }
  }
}
