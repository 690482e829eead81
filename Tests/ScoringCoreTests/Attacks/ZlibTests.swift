import Basics
import Testing

@testable import ScoringCore

@Suite struct ZlibTests {
  @Test(arguments: [
    ("", 8), ("a", 9), ("hello", 13), ("hello hello hello hello", 16),
    ("The quick brown fox jumps over the lazy dog.", 51), ("naïve café", 20),
    (String(repeating: "a", count: 1000), 17),
  ])
  func compressedLengths(_ text: String, _ length: Int) throws {
    let deflater = try #require(Deflater())
    // Twice: a stream is reset from text to text.
    let bytes = Array(text.utf8)
    let lengths = (0..<2).map { _ in deflater.compressedLength(bytes.span) }
    #expect(lengths == [length, length])
  }

  @Test func bytesNeedNotBeText() throws {
    let bytes = (0..<4).flatMap { _ in UInt8(0)...255 }
    let deflater = try #require(Deflater())
    let length = deflater.compressedLength(bytes.span)
    #expect(length == 286)
  }

  @Test func outputMayExceedTheBuffer() throws {
    var numbers = SplitMix64(seed: 31)
    let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    let deflater = try #require(Deflater())
    let length = deflater.compressedLength(bytes.span) ?? 0
    #expect((200_000...200_200).contains(length))
  }

  @Test func scoreIsMeanLogprobPerCompressedByte() throws {
    var record = Record()
    record.target = [-3, -3.5]
    record.text = "The quick brown fox jumps over the lazy dog."
    let score = try score("zlib", record)
    #expect(agree(score, Score(.ordinary, -0.0637254902), within: 1e-9), "\(score)")
  }

  @Test func recordsWithoutTextHaveNoScore() throws {
    var (with, without) = (Record(), Record())
    with.target = [-1]
    with.text = "a"
    without.target = [-1]
    let column = try column("zlib", EvidenceTable([with, without]))
    #expect(column.statuses == [.ordinary, .missingEvidence])
  }
}
