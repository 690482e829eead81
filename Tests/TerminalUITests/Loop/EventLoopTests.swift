import Glibc
import Testing

@testable import TerminalUI

/// Remembers what it was told to show.
private final class FakeTerminal: Terminal {
  var size = Size(width: 20, height: 5)
  let depth = ColorDepth.c256
  var nextSize: Size?
  var log: [String] = []

  func use(_ styles: StyleTable) { log.append("use") }
  func present(_ frame: Frame, modes: Modes) {
    let text = String(frame.row(0).map { $0.glyph.text }.joined().prefix { $0 != "." })
    log.append("draw \(frame.size.width) \(text)\(modes.mouse ? "" : " no-mouse")")
  }
  func updateSize() {
    if let nextSize { size = nextSize }
  }
  func repaint() { log.append("repaint") }
  func suspend() { log.append("suspend") }
  func resume() { log.append("resume") }
  func copy(_ text: String) { log.append("copy \(text)") }
  func restore() { log.append("restore") }
}

/// Writes down its events; some keys make it ask for something.
private struct Diary: Application {
  var entries: [String] = []
  var theme: Theme
  var modes = Modes()
  var tickInterval: Duration?
  /// The entry that ends it.
  var lastEntry: String?
  var onMessage: LoopDirective = .redraw

  mutating func handle(_ event: Event<Int>) -> LoopDirective {
    switch event {
    case .input(.key(let press)):
      entries.append(press.description)
      if press.description == lastEntry { return .quit() }
      switch press.description {
      case "q": return .quit(3)
      case "ctrl-z": return .suspend
      case "ctrl-l": return .repaint
      case "i": return .ignore
      case "y": return .copy("text")
      case "m": modes.mouse = false
      default: break
      }
    case .input(let input): entries.append("\(input)")
    case .resize(let size): entries.append("\(size.width)x\(size.height)")
    case .message(let number):
      entries.append("#\(number)")
      return onMessage
    case .tick:
      entries.append("tick")
      if entries.filter({ $0 == "tick" }).count == 3 { return .quit() }
    case .stop(let signal): entries.append("\(signal)")
    }
    return .redraw
  }

  func view(size: Size) -> Frame {
    var frame = Frame(size: size)
    frame.put("\(entries.count).", at: Point(x: 0, y: 0), style: .text)
    return frame
  }
}

/// A loop with pipes in place of a terminal's lines.
private final class Stage {
  let terminal = FakeTerminal()
  let pipe: SelfPipe
  let mailbox: Mailbox<Int>
  private let ends: [Int32]
  var app: Diary

  init() throws {
    pipe = try SelfPipe()
    mailbox = Mailbox(waking: pipe)
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    self.ends = ends
    app = Diary(theme: try #require(Theme.builtIn("dark")))
  }

  deinit { close(ends[0]) }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
  }

  func signal(_ number: Int32) {
    var byte = UInt8(number)
    #expect(write(pipe.writeEnd, &byte, 1) == 1)
  }

  /// Runs until the application quits or the typed input, then at its end, has been read.
  func run() -> Int32 {
    close(ends[1])
    var loop = EventLoop<Diary>(
      terminal: terminal, input: ends[0], pipe: pipe, mailbox: mailbox)
    return loop.run(&app)
  }
}

struct EventLoopTests {
  @Test func drawsFirstThenOnceForAllThatCame() throws {
    let stage = try Stage()
    stage.type("ab\u{1B}[A\u{1B}[200~hi\u{1B}[201~mq then nothing")
    #expect(stage.run() == 3)
    #expect(stage.app.entries == ["a", "b", "up", "paste(\"hi\", droppedBytes: 0)", "m", "q"])
    #expect(stage.terminal.log == ["use", "draw 20 0", "restore"])
  }

  @Test func endOfInputIsAHangUp() throws {
    let stage = try Stage()
    stage.type("a")
    #expect(stage.run() == 129)
    #expect(stage.app.entries == ["a", "hangUp"])
  }

  @Test(arguments: [
    (SIGTERM, Int32(143), "terminate"), (SIGINT, 130, "interrupt"), (SIGHUP, 129, "hangUp"),
  ])
  func signalsEndIt(signal: Int32, code: Int32, name: String) throws {
    let stage = try Stage()
    stage.signal(signal)
    stage.type("never read")
    #expect(stage.run() == code)
    #expect(stage.app.entries == [name])
    #expect(stage.terminal.log.last == "restore")
  }

  @Test func resizeSuspendAndContinue() throws {
    let stage = try Stage()
    stage.terminal.nextSize = Size(width: 30, height: 9)
    stage.signal(SIGWINCH)
    stage.signal(SIGTSTP)
    stage.signal(SIGCONT)
    stage.type("q")
    #expect(stage.run() == 3)
    #expect(stage.app.entries == ["30x9", "30x9", "30x9", "q"])
    #expect(stage.terminal.log == ["use", "draw 20 0", "suspend", "resume", "restore"])
  }

  @Test func directivesReachTheTerminal() throws {
    let stage = try Stage()
    stage.type("y\u{C}\u{1A}q")
    #expect(stage.run() == 3)
    #expect(
      stage.terminal.log
        == ["use", "draw 20 0", "copy text", "repaint", "suspend", "restore"])
  }

  @Test func messagesFromAnotherThreadArriveInOrder() throws {
    let stage = try Stage()
    stage.app.onMessage = .ignore
    for number in 1...3 { stage.mailbox.post(number) }
    stage.mailbox.post(4) { $0 == 3 }
    #expect(stage.run() == 129)
    #expect(stage.app.entries == ["#1", "#2", "#4", "hangUp"])
  }

  @Test func ticksComeOnlyWhenAskedFor() throws {
    let stage = try Stage()
    stage.app.tickInterval = .milliseconds(2)
    // An input that stays open, so that only ticks end the loop.
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    var loop = EventLoop<Diary>(
      terminal: stage.terminal, input: ends[0], pipe: stage.pipe, mailbox: stage.mailbox)
    #expect(loop.run(&stage.app) == 0)
    #expect(stage.app.entries == ["tick", "tick", "tick"])
  }

  @Test func aLoneEscapeIsAKeyAfterTheDelay() throws {
    let stage = try Stage()
    stage.app.lastEntry = "esc"
    // Ticks only end a loop that waits for ever.
    stage.app.tickInterval = .seconds(40)
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    #expect(write(ends[1], "\u{1B}", 1) == 1)
    var loop = EventLoop<Diary>(
      terminal: stage.terminal, input: ends[0], pipe: stage.pipe, mailbox: stage.mailbox,
      patience: .init(environment: ["ESCDELAY": "5"]))
    #expect(loop.run(&stage.app) == 0)
    #expect(stage.app.entries == ["esc"])
  }

  @Test func selfPipeKeepsSignalsApartFromWakeUps() throws {
    let pipe = try SelfPipe()
    for _ in 0..<70_000 { pipe.wake() }
    #expect(pipe.drain().isEmpty)
    pipe.wake()
    var byte = UInt8(SIGWINCH)
    #expect(write(pipe.writeEnd, &byte, 1) == 1)
    #expect(pipe.drain() == [SIGWINCH])
  }
}
