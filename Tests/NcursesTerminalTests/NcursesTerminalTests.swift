import Glibc
import TestSupport
import Testing

@testable import NcursesTerminal
@testable import TerminalUI

/// ncurses has one set of globals: one terminal after the other.
@Suite(.serialized)
struct NcursesTerminalTests {
  /// A terminal on a pty and a model that has read all it sent.
  private final class Desk {
    let line: PseudoTerminal
    let terminal: NcursesTerminal
    var model: TerminalModel
    let styles: StyleTable
    private let pipe: SelfPipe

    init(
      width: Int = 40, height: Int = 10, term: String = "xterm-256color",
      environment: [String: String] = [:], theme: String = "dark"
    ) throws {
      line = try PseudoTerminal(width: width, height: height)
      pipe = try SelfPipe()
      model = TerminalModel(width: width, height: height)
      terminal = try NcursesTerminal(
        pipe: pipe, environment: environment.merging(["TERM": term]) { $1 }, input: line.line,
        output: line.line)
      styles = try #require(Theme.builtIn(theme)).resolved(for: terminal.depth)
      terminal.use(styles)
    }

    deinit {
      terminal.restore()
      line.hangUp()
    }

    func show(_ frame: Frame, _ modes: Modes = Modes()) -> Int {
      terminal.present(frame, modes: modes)
      let bytes = line.take()
      model.read(bytes)
      return bytes.count
    }

    /// The first cell of the model that is not as the frame has it.
    func difference(from frame: Frame) -> String? {
      for y in 0..<frame.size.height {
        for (x, cell) in frame.row(y).enumerated() {
          let spot = model.spots[y][x]
          let style = styles[cell.style]
          guard spot.text == cell.glyph.text else {
            return
              "\(x),\(y): \(spot.text.debugDescription) for \(cell.glyph.text.debugDescription)"
          }
          if cell.glyph.isContinuation { continue }
          let look = TerminalModel.Look(
            foreground: name(style.foreground), background: name(style.background),
            attributes: codes(style.attributes))
          guard spot.look == look || isBlank(spot, look) else {
            return "\(x),\(y) \(spot.text): \(spot.look) for \(look)"
          }
        }
      }
      return nil
    }

    /// On a space only what shows counts.
    private func isBlank(_ spot: TerminalModel.Spot, _ look: TerminalModel.Look) -> Bool {
      let visible: Set<Int> = [4, 7]
      return spot.text == " " && spot.look.background == look.background
        && spot.look.attributes.isDisjoint(with: visible)
        && look.attributes.isDisjoint(with: visible)
    }

    private func name(_ color: Color) -> String {
      switch color {
      case .default: "default"
      case .index(let index): "\(index)"
      // Black is sent as its place in the palette.
      case .rgb(let rgb): rgb == RGB(0, 0, 0) ? "16" : rgb.hex
      }
    }

    private func codes(_ attributes: Emphasis) -> Set<Int> {
      let all: [(Emphasis, Int)] = [(.bold, 1), (.dim, 2), (.underline, 4), (.reverse, 7)]
      return Set(all.filter { attributes.contains($0.0) }.map(\.1))
    }
  }

  private static let texts = [
    "plain text", "漢字かな wide", "e\u{301}u\u{308} marks", "─│╭╮ ⣿⡇ ▁▂█",
    "\u{1B}[31m\u{202E}hostile\u{7}",
    "naïve café", "한국어 中文", "😀🙂 emoji",
  ]

  private func randomFrame(_ size: Size, seed: UInt64) -> Frame {
    var random = Random(state: seed)
    var frame = Frame(size: size)
    for _ in 0..<40 {
      let role = Role.allCases[random.below(Role.allCases.count)]
      let surface = random.below(3) == 0 ? Role.allCases[random.below(Role.allCases.count)] : nil
      let style = Style(role, on: surface, Emphasis(rawValue: UInt8(random.below(16))))
      let point = Point(x: random.below(size.width), y: random.below(size.height))
      frame.put(Self.texts[random.below(Self.texts.count)], at: point, style: style)
    }
    return frame
  }

  struct Random {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  @Test(arguments: [
    ("xterm-256color", [:], ColorDepth.c256), ("tmux-256color", [:], .c256),
    ("xterm-256color", ["COLORTERM": "truecolor"], .truecolor),
    ("screen-256color", ["COLORTERM": "24bit"], .truecolor),
    ("xterm-256color", ["NO_COLOR": "1", "COLORTERM": "truecolor"], .mono),
    ("vt100", [:], .mono), ("linux", ["COLORTERM": "truecolor"], .c16),
  ])
  func depthFollowsTheTerminal(term: String, environment: [String: String], depth: ColorDepth)
    throws
  {
    let desk = try Desk(term: term, environment: environment)
    #expect(desk.terminal.depth == depth)
  }

  @Test(arguments: [[:], ["COLORTERM": "truecolor"], ["NO_COLOR": "1"]])
  func theTerminalShowsTheFrame(environment: [String: String]) throws {
    for theme in ["dark", "light"] {
      let desk = try Desk(environment: environment, theme: theme)
      for _ in 0..<12 {
        let seed = UInt64.random(in: 0...UInt64.max)
        let frame = randomFrame(desk.terminal.size, seed: seed)
        _ = desk.show(frame)
        #expect(desk.difference(from: frame) == nil, "seed \(seed), \(theme), \(environment)")
        #expect(desk.model.unknown == [])
      }
    }
  }

  @Test func smallChangesSendFewBytes() throws {
    let desk = try Desk(width: 200, height: 60)
    var frame = randomFrame(desk.terminal.size, seed: 1)
    #expect(desk.show(frame) > 1000)
    frame.put("x", at: Point(x: 10, y: 10), style: .text)
    #expect(desk.show(frame) < 120)
    #expect(desk.difference(from: frame) == nil)
    desk.terminal.repaint()
    #expect(desk.show(frame) > 1000)
    #expect(desk.difference(from: frame) == nil)
  }

  @Test func modesFollowTheState() throws {
    let desk = try Desk()
    let frame = Frame(size: desk.terminal.size)
    _ = desk.show(frame)
    #expect(desk.model.modes.isSuperset(of: [1049, 2004, 1004, 1002, 1006]))
    #expect(!desk.model.modes.contains(25))
    var pointing = frame
    pointing.cursor = Point(x: 7, y: 3)
    _ = desk.show(pointing, Modes(mouse: false, cursor: true))
    #expect(desk.model.modes.isDisjoint(with: [1002, 1006]))
    #expect(desk.model.modes.contains(25))
    #expect(desk.model.cursor.x == 7 && desk.model.cursor.y == 3)
    #expect(!desk.line.isCanonical)
    desk.terminal.copy("hej")
    desk.terminal.restore()
    desk.terminal.restore()
    desk.model.read(desk.line.take())
    #expect(desk.model.clipboard == ["52;c;aGVq"])
    #expect(desk.model.modes == [7, 25])
    #expect(desk.line.isCanonical)
  }

  @Test func resizing() throws {
    let desk = try Desk()
    _ = desk.show(randomFrame(desk.terminal.size, seed: 2))
    for size in [
      Size(width: 60, height: 20), Size(width: 1, height: 1), Size(width: 33, height: 7),
    ] {
      desk.line.resize(width: size.width, height: size.height)
      desk.terminal.updateSize()
      #expect(desk.terminal.size == size)
      desk.model = TerminalModel(width: size.width, height: size.height)
      let frame = randomFrame(size, seed: 3)
      _ = desk.show(frame)
      #expect(desk.difference(from: frame) == nil, "\(size)")
    }
  }

  @Test func whatTheLibraryCannotPrintKeepsItsColumns() throws {
    let desk = try Desk()
    var frame = Frame(size: desk.terminal.size)
    // Newer than many C libraries, or of another width there.
    frame.put("a\u{1FAE8}b\u{1F6DC}c", at: Point(x: 0, y: 0), style: .text)
    frame.put("|", at: Point(x: 10, y: 0), style: .text)
    _ = desk.show(frame)
    let row = desk.model.spots[0]
    #expect([0, 3, 6, 10].map { row[$0].text } == ["a", "b", "c", "|"])
    #expect(row[1].text != " ")
  }

  @Test(arguments: [
    ("dumb", "cursor"), ("", "not set"), ("no-such-terminal", "not known"),
  ])
  func unsuitableTerminalsAreRefused(term: String, reason: String) throws {
    #expect {
      _ = try Desk(term: term)
    } throws: { error in
      "\(error)".contains(reason) && "\(error)".contains("TERM=xterm-256color")
    }
  }

  @Test func aFileIsNoTerminal() throws {
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    let pipe = try SelfPipe()
    #expect(throws: TerminalError.notATerminal(stream: "standard output")) {
      _ = try NcursesTerminal(pipe: pipe, environment: ["TERM": "xterm"], output: null)
    }
  }

  @Test func largeFramesAreQuick() throws {
    let desk = try Desk(width: 200, height: 60)
    let frame = randomFrame(desk.terminal.size, seed: 4)
    _ = desk.show(frame)
    let times = (0..<50).map { _ in processorTime { desk.terminal.present(frame, modes: Modes()) } }
    let median = times.sorted()[25]
    // Debug builds; release takes a tenth.
    #expect(median < .milliseconds(40), "a 200x60 frame took \(median)")
    print("200x60 frame to ncurses, median: \(median)")
  }
}
