import Testing

@testable import Basics
@testable import TerminalUI

struct WidthTests {
  @Test("the table agrees with an independent one on every scalar both cover")
  func fixture() {
    var wrong: [String] = []
    for (index, entry) in widthFixture.enumerated() where entry & 3 != 3 {
      let end = index + 1 < widthFixture.count ? widthFixture[index + 1] >> 2 : 0x110000
      for value in entry >> 2..<end {
        guard let scalar = Unicode.Scalar(value), Width.of(scalar) != Int(entry & 3) else {
          continue
        }
        wrong.append(String(value, radix: 16))
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) differ, first \(wrong.prefix(5))")
  }

  @Test("the table is ascending, starts at zero and names only known kinds")
  func tableIsSound() {
    #expect(scalarKindTable.first.map { $0 >> 3 } == 0)
    #expect(zip(scalarKindTable, scalarKindTable.dropFirst()).allSatisfy { $0 >> 3 < $1 >> 3 })
    #expect(scalarKindTable.allSatisfy { ScalarKind(rawValue: $0 & 7) != nil })
  }

  @Test("the short way for ASCII agrees with the table")
  func ascii() {
    let kinds = (0...0x7F).compactMap { Unicode.Scalar($0) }.map(Width.kind)
    #expect(kinds[..<0x20].allSatisfy { $0 == .unsafe })
    #expect(kinds[0x20..<0x7F].allSatisfy { $0 == .narrow })
    #expect(kinds[0x7F] == .unsafe)
  }

  @Test(
    "scalars are of the kind their treatment needs",
    arguments: [
      ("\u{200D}", ScalarKind.dropped), ("\u{FE0F}", .dropped), ("\u{FE0E}", .dropped),
      ("\u{E0100}", .dropped), ("\u{E0067}", .tag), ("\u{301}", .mark), ("\u{20DD}", .mark),
      ("\u{1161}", .mark), ("\u{940}", .narrow), ("🇫", .narrow), ("\u{1FAE8}", .wide),
      ("漢", .wide), ("Ａ", .wide), ("⟨", .narrow), ("…", .narrow), ("⠿", .narrow),
      ("\u{202E}", .unsafe), ("\u{2066}", .unsafe), ("\u{61C}", .unsafe), ("\u{200B}", .unsafe),
      ("\u{AD}", .unsafe), ("\u{85}", .unsafe), ("\u{FEFF}", .unsafe), ("\u{E000}", .unsafe),
      ("\u{FFFF}", .unsafe), ("\u{10FFFF}", .unsafe), ("\u{2028}", .unsafe),
      ("\u{3164}", .unsafe), ("\u{E0001}", .unsafe), ("\u{378}", .unsafe),
    ] as [(Unicode.Scalar, ScalarKind)])
  func kinds(scalar: Unicode.Scalar, kind: ScalarKind) {
    #expect(Width.kind(of: scalar) == kind)
  }
}
