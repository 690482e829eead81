import Testing

@testable import TerminalUI

struct ColorDepthTests {
  struct Case: Sendable {
    let choice: ColorChoice
    let environment: [String: String]
    let colors: Int?
    let expected: ColorDepth
  }

  @Test(
    "the depth follows the flag, then NO_COLOR, COLORTERM, terminfo and TERM",
    arguments: [
      Case(choice: .never, environment: ["COLORTERM": "truecolor"], colors: 256, expected: .mono),
      Case(choice: .c16, environment: ["NO_COLOR": "1"], colors: 256, expected: .c16),
      Case(choice: .c256, environment: [:], colors: 8, expected: .c256),
      Case(choice: .truecolor, environment: ["TERM": "dumb"], colors: 0, expected: .truecolor),
      Case(
        choice: .auto, environment: ["NO_COLOR": "1", "COLORTERM": "truecolor"], colors: 256,
        expected: .mono),
      Case(
        choice: .auto, environment: ["NO_COLOR": "", "COLORTERM": "24bit"], colors: 256,
        expected: .truecolor),
      Case(
        choice: .auto, environment: ["TERM": "dumb", "COLORTERM": "24bit"], colors: nil,
        expected: .mono),
      Case(choice: .auto, environment: ["COLORTERM": "yes"], colors: 256, expected: .c256),
      Case(choice: .auto, environment: ["TERM": "x"], colors: 16_777_216, expected: .truecolor),
      Case(choice: .auto, environment: ["TERM": "linux"], colors: 8, expected: .c16),
      Case(choice: .auto, environment: ["TERM": "vt100"], colors: -1, expected: .mono),
      Case(choice: .auto, environment: ["TERM": "xterm-256color"], colors: nil, expected: .c256),
      Case(choice: .auto, environment: ["TERM": "xterm"], colors: nil, expected: .c16),
      Case(choice: .auto, environment: ["TERM": "xterm-direct"], colors: nil, expected: .truecolor),
      Case(choice: .auto, environment: ["TERM": "vt100"], colors: nil, expected: .mono),
      Case(choice: .auto, environment: [:], colors: nil, expected: .mono),
    ])
  func detect(_ item: Case) {
    let depth = ColorDepth.detect(
      choice: item.choice, environment: item.environment, terminalColors: item.colors)
    #expect(depth == item.expected)
  }
}
