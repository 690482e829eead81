import Basics
import Testing

@testable import TerminalUI

/// Feeds the chunks one after the other, then lets the wait run out.
private func decode(_ chunks: [[UInt8]], pasteLimit: Int = 1 << 20) -> [Input] {
  var decoder = InputDecoder(pasteLimit: pasteLimit)
  var inputs: [Input] = []
  for chunk in chunks { decoder.feed(chunk) { inputs.append($0) } }
  decoder.flush { inputs.append($0) }
  return inputs
}

private func decode(_ text: String) -> [Input] { decode([Array(text.utf8)]) }

private func typed(_ text: String) -> [Input] {
  text.unicodeScalars.map { .key(.character(Character($0))) }
}

struct InputDecoderTests {
  struct Sample: CustomStringConvertible, Sendable {
    var bytes: [UInt8]
    var inputs: [Input]
    init(_ text: String, _ inputs: Input...) { (bytes, self.inputs) = (Array(text.utf8), inputs) }
    init(_ bytes: [UInt8], _ inputs: Input...) { (self.bytes, self.inputs) = (bytes, inputs) }
    var description: String { String(decoding: bytes, as: UTF8.self).debugDescription }
  }

  static func mouse(_ kind: Mouse.Kind, _ x: Int, _ y: Int, _ held: Modifiers = []) -> Input {
    .mouse(Mouse(kind, at: Point(x: x, y: y), held))
  }

  static let keys: [Sample] = [
    Sample("a", .key(.character("a"))), Sample("G", .key(.character("G"))),
    Sample("é漢", .key(.character("é")), .key(.character("漢"))),
    Sample("\r", .key(.enter)), Sample("\n", .key(.enter)), Sample("\t", .key(.tab)),
    Sample("\u{7F}", .key(.backspace)), Sample("\u{8}", .key(.backspace)),
    Sample("\u{3}", .key(.character("c"), .control)),
    Sample("\u{1A}", .key(.character("z"), .control)),
    Sample("\0", .key(.character(" "), .control)),
    Sample("\u{1F}", .key(.character("_"), .control)),
    Sample("\u{1B}", .key(.escape)), Sample("\u{1B}\u{1B}", .key(.escape), .key(.escape)),
    Sample("\u{1B}x", .key(.character("x"), .alt)),
    Sample("\u{1B}é", .key(.character("é"), .alt)),
    Sample("\u{1B}\u{4}", .key(.character("d"), [.alt, .control])),
    Sample("\u{1B}\u{7F}", .key(.backspace, .alt)),
    Sample("\u{1B}[", .key(.character("["), .alt)),
    Sample("\u{1B}]", .key(.character("]"), .alt)),
    Sample("\u{1B}O", .key(.character("O"), .alt)),
    Sample("\u{1B}[A", .key(.up)), Sample("\u{1B}OB", .key(.down)),
    Sample("\u{1B}[1;5A", .key(.up, .control)), Sample("\u{1B}[1;2D", .key(.left, .shift)),
    Sample("\u{1B}[1;7C", .key(.right, [.alt, .control])),
    Sample("\u{1B}[H", .key(.home)), Sample("\u{1B}[4~", .key(.end)),
    Sample("\u{1B}[3;5~", .key(.delete, .control)), Sample("\u{1B}[5~", .key(.pageUp)),
    Sample("\u{1B}[Z", .key(.tab, .shift)),
    Sample("\u{1B}OP", .key(.function(1))), Sample("\u{1B}[15~", .key(.function(5))),
    Sample("\u{1B}[24;2~", .key(.function(12), .shift)), Sample("\u{1B}[[C", .key(.function(3))),
    Sample("\u{1B}[1;5R", .key(.function(3), .control)), Sample("\u{1B}OM", .key(.enter)),
    Sample("\u{1B}O5P", .key(.function(1), .control)),
    // Kitty's protocol and xterm's modifyOtherKeys.
    Sample("\u{1B}[97;5u", .key(.character("a"), .control)),
    Sample("\u{1B}[97:65;2u", .key(.character("A"))), Sample("\u{1B}[13;3u", .key(.enter, .alt)),
    Sample("\u{1B}[27u", .key(.escape)), Sample("\u{1B}[97;1:3u"),
    Sample("\u{1B}[27;5;46~", .key(.character("."), .control)),
    Sample("\u{1B}[57358u", .reply("[57358u")),
  ]

  static let others: [Sample] = [
    Sample("\u{1B}[I", .focus(true)), Sample("\u{1B}[O", .focus(false)),
    Sample("\u{1B}[<0;1;1M", mouse(.press(.left), 0, 0)),
    Sample("\u{1B}[<0;300;40m", mouse(.release(.left), 299, 39)),
    Sample("\u{1B}[<34;5;6M", mouse(.drag(.right), 4, 5)),
    Sample("\u{1B}[<35;5;6M", mouse(.move, 4, 5)),
    Sample("\u{1B}[<64;2;3M", mouse(.wheel(.up), 1, 2)),
    Sample("\u{1B}[<93;2;3M", mouse(.wheel(.down), 1, 2, [.shift, .alt, .control])),
    Sample("\u{1B}[<0;0;3M"), Sample("\u{1B}[<128;1;1M"),
    Sample([0x1B, 0x5B, 0x4D, 32, 33, 34], mouse(.press(.left), 0, 1)),
    Sample([0x1B, 0x5B, 0x4D, 35, 33, 34], mouse(.release(.left), 0, 1)),
    Sample("\u{1B}[?62;22c", .reply("[?62;22c")), Sample("\u{1B}[?2026;2$y", .reply("[?2026;2$y")),
    Sample("\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{7}", .reply("]11;rgb:1e1e/1e1e/1e1e")),
    Sample("\u{1B}]11;rgb:0/0/0\u{1B}\\", .reply("]11;rgb:0/0/0")),
    Sample("\u{1B}P>|tmux 3.3a\u{1B}\\q", .reply("P>|tmux 3.3a"), .key(.character("q"))),
    Sample("\u{1B}[24;80R", .reply("[24;80R")), Sample("\u{1B}[99x", .reply("[99x")),
    Sample("\u{1B}[200~aé漢🙂\rq\u{1B}[201~", .paste("aé漢🙂\nq", droppedBytes: 0)),
    Sample("\u{1B}[200~a\r\nb\u{1B}[2x\u{1B}[201~", .paste("a\nb\u{1B}[2x", droppedBytes: 0)),
    Sample(
      "\u{1B}[200~\u{1B}\u{1B}[201~q", .paste("\u{1B}", droppedBytes: 0), .key(.character("q"))),
    Sample("\u{1B}[201~"),
    // Cut or broken sequences never take the next key with them for good.
    Sample("\u{1B}[1\u{1B}[A", .key(.up)), Sample("\u{1B}]0;x\u{1B}[A", .key(.up)),
    Sample("\u{1B}]0;x\u{3}", .key(.character("c"), .control)),
    Sample("\u{1B}[1é", .key(.character("é"))),
    Sample([0xFF, 0x71], .key(.character("\u{FFFD}")), .key(.character("q"))),
    Sample([0xC3, 0x28], .key(.character("\u{FFFD}")), .key(.character("("))),
    Sample([0xE2, 0x82, 0x1B, 0x5B, 0x41], .key(.character("\u{FFFD}")), .key(.up)),
  ]

  @Test(arguments: keys + others)
  func whole(sample: Sample) { #expect(decode([sample.bytes]) == sample.inputs) }

  @Test func everySplitGivesTheSame() {
    for sample in Self.keys + Self.others {
      for split in 0...sample.bytes.count {
        let chunks = [Array(sample.bytes[..<split]), Array(sample.bytes[split...])]
        #expect(decode(chunks) == sample.inputs, "\(sample) split at \(split)")
      }
      #expect(decode(sample.bytes.map { [$0] }) == sample.inputs, "\(sample) byte by byte")
    }
  }

  @Test func twoSequencesInARowDoNotMix() {
    for first in Self.others where first.bytes.last != 0x1B {
      // An unfinished sequence swallows what follows, as it must.
      let alone = decode([first.bytes])
      #expect(decode([first.bytes + Array("\u{1B}[B".utf8)]) == alone + [.key(.down)], "\(first)")
    }
  }

  @Test func randomBytesNeverWedge() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    // Bytes that mean something are as likely as all others together.
    let spice = Array("\u{1B}\u{1B}\u{1B}[]OP;:<M~0129ABu\u{7}\\".utf8)
    for _ in 0..<2000 {
      var decoder = InputDecoder(pasteLimit: 32)
      let bytes = (0..<64).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random) : spice.randomElement(using: &random) ?? 0
      }
      let split = Int.random(in: 0...64, using: &random)
      var inputs: [Input] = []
      decoder.feed(bytes[..<split]) { inputs.append($0) }
      decoder.feed(bytes[split...]) { inputs.append($0) }
      decoder.flush { inputs.append($0) }
      #expect(!decoder.isPending, "seed \(seed)")
      #expect(inputs == decode([bytes], pasteLimit: 32), "seed \(seed) split \(split)")
      var after: [Input] = []
      decoder.feed([0x71]) { after.append($0) }
      #expect(after == [.key(.character("q"))], "seed \(seed): q was lost after \(bytes)")
    }
  }

  @Test func invalidTextReadsLikeTheStandardLibrary() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let bytes = (0..<4000).map { _ in UInt8.random(in: 0x80...0xFF, using: &random) }
    let expected = typed(String(decoding: bytes, as: UTF8.self))
    #expect(decode([bytes]) == expected, "seed \(seed)")
  }

  @Test func hostileLengthsAreCapped() {
    let paste = Array("\u{1B}[200~".utf8) + [UInt8](repeating: 0x61, count: 100)
    let end = Array("\u{1B}[201~q".utf8)
    #expect(
      decode([paste + end], pasteLimit: 10)
        == [.paste("aaaaaaaaaa", droppedBytes: 90), .key(.character("q"))])
    #expect(decode("\u{1B}[" + String(repeating: "9", count: 100_000) + "Aq").last == typed("q")[0])
    let reply = decode("\u{1B}]" + String(repeating: "x", count: 100_000) + "\u{7}q")
    #expect(reply.count == 2 && reply.last == typed("q")[0])
    // A column of sixty digits is no trap.
    #expect(decode("\u{1B}[<0;" + String(repeating: "9", count: 50) + ";1Mq").count == 2)
  }

  @Test func waitsAreToldApart() {
    let waits: [(String, InputDecoder.Wait?)] = [
      ("a", nil), ("\u{1B}", .key), ("\u{1B}[", .key), ("\u{1B}[1;", .sequence),
      ("\u{1B}]11;", .sequence), ("\u{1B}[200~abc", .paste), ("\u{1B}[A", nil),
    ]
    for (text, wait) in waits {
      var decoder = InputDecoder()
      decoder.feed(text.utf8) { _ in }
      #expect(decoder.waiting == wait, "\(text.debugDescription)")
    }
  }

  @Test func aPasteThatNeverEndsIsStillHandedOver() {
    #expect(decode("\u{1B}[200~abc\u{1B}[20") == [.paste("abc\u{1B}[20", droppedBytes: 0)])
  }
}
