import Testing

@testable import TerminalUI

@Suite struct ScatterTests {
  static let scatter = Scatter(
    axes: PlotAxes(
      x: .linear(-1, 3), y: .linear(-1, 3), xTitle: "score, full", yTitle: "score, LoRA"),
    classes: [
      Scatter.Class("member", role: .member, mark: "●", asciiMark: "*"),
      Scatter.Class("non-member", role: .nonMember, mark: "○", asciiMark: "o"),
    ],
    points: (0..<60).map { i in
      let group = i % 2
      let x = Double(i * 7 % 31) / 10 - (group == 0 ? 0.1 : 0.9)
      let y = x + Double(i * 11 % 17) / 17 - 0.5
      return Scatter.Point(x: x, y: y, group: group)
    },
    quadrants: .init(
      x: 1, y: 1, topLeft: "LoRA only 4", topRight: "both 20", bottomLeft: "neither 33",
      bottomRight: "full only 3"), selected: 8)

  @Test func show() {
    for ascii in [false, true] {
      print(
        picture(60, 18, ascii: ascii) { Self.scatter.draw(in: $0, on: &$1, look: $2) }.joined(
          separator: "\n"))
    }
  }
}
