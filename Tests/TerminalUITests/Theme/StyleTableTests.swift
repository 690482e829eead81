import Testing

@testable import TerminalUI

struct StyleTableTests {
  @Test("each role's index is its place, each style's index its own")
  func indices() {
    #expect(Role.allCases.map(\.index) == Array(Role.allCases.indices))
    var seen: Set<Int> = []
    for surface in [nil] + Role.allCases.map(Optional.some) {
      for role in Role.allCases {
        for emphasis in 0..<16 {
          seen.insert(Style(role, on: surface, Emphasis(rawValue: UInt8(emphasis))).index)
        }
      }
    }
    #expect(seen.count == Style.count && seen.max() == Style.count - 1)
  }

  @Test("a style takes its text colour from the role and its ground from the surface")
  func surface() throws {
    let table = try #require(Theme.builtIn("dark")).resolved(for: .c256)
    let escape = table[Style(.tokenEscape, on: .shiftZero)]
    #expect(escape.foreground == .index(203) && escape.background == .index(235))
    // Red on the brightest orange cannot be read: there it takes the ramp's own text colour.
    let unreadable = table[Style(.tokenEscape, on: .shiftUp3)]
    #expect(unreadable.foreground == .index(16) && unreadable.background == .index(214))
    let chip = table[Style(.chip, on: .text)]
    #expect(chip == table[Style(.chip)])
  }

  @Test("a selected row is one even bar, and reversing it again still shows")
  func selection() throws {
    let table = try #require(Theme.builtIn("dark")).resolved(for: .truecolor)
    let selected = table[Style(.statusError, on: .selection)]
    #expect(selected.foreground == .default && selected.background == .default)
    #expect(selected.attributes == [.bold, .reverse])
    #expect(!table[Style(.text, on: .selection, .reverse)].attributes.contains(.reverse))
    #expect(table[Style(.text, on: nil, .reverse)].attributes == .reverse)
  }

  @Test(
    "hexadecimal colours are read strictly",
    arguments: [
      ("#0a1B2c", RGB(10, 27, 44)), ("#fff", nil), ("0a1b2c", nil), ("#0a1b2g", nil),
      ("#+a1b2c", nil), ("", nil),
    ] as [(String, RGB?)])
  func hex(text: String, expected: RGB?) {
    #expect(RGB(hex: text) == expected)
    if let expected { #expect(expected.hex == text.lowercased()) }
  }
}
