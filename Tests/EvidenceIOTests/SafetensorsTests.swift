import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("safetensors evidence")
struct SafetensorsTests {
  /// A damaged file and words of the error it must give, by which it is known in test output.
  struct Malformed: CustomTestStringConvertible, Sendable {
    var bytes: [UInt8]
    var words: String

    init(_ bytes: [UInt8], _ words: String) {
      self.bytes = bytes
      self.words = words
    }

    var testDescription: String { words }
  }

  /// A file from a header and data.
  private static func file(_ header: String, _ data: [UInt8], length: UInt64? = nil) -> [UInt8] {
    let size = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8) + data
  }

  private static func tensor(_ name: String, _ type: String, _ count: Int, _ from: Int, _ to: Int)
    -> String
  {
    #""\#(name)":{"dtype":"\#(type)","shape":[\#(count)],"data_offsets":[\#(from),\#(to)]}"#
  }

  /// Two sequences "a" and "b" of 3 and 2 tokens: offsets, token offsets, logprobs, ids.
  private static func evidence(
    idOffsets: [Int64] = [0, 1, 2], tokenOffsets: [Int64] = [0, 3, 5],
    logprobs: [Float] = [-1, -2, -3], extra: String = "", type: String = "F32",
    header change: (String) -> String = { $0 }, rest: [UInt8] = []
  ) -> [UInt8] {
    var data: [UInt8] = []
    for value in idOffsets + tokenOffsets { withUnsafeBytes(of: value) { data += Array($0) } }
    for value in logprobs { withUnsafeBytes(of: value) { data += Array($0) } }
    data += [0x61, 0x62]
    let parts = [
      tensor("sequence.ids.offsets", "I64", 3, 0, 24),
      tensor("sequence.token_offsets", "I64", 3, 24, 48),
      tensor("target.logprobs", type, 3, 48, 60), tensor("sequence.ids.bytes", "U8", 2, 60, 62),
    ]
    return file(change("{" + parts.joined(separator: ",") + extra + "}"), data + rest)
  }

  private func read(_ bytes: [UInt8], _ change: (inout IngestOptions) -> Void = { _ in }) throws
    -> EvidenceFile
  {
    let folder = try TemporaryFolder()
    var options = IngestOptions()
    change(&options)
    return try SafetensorsReader.read(try folder.write("x.safetensors", bytes), options: options)
  }

  @Test("read, mapped and misaligned files give the same columns", arguments: [0, 1, 2, 3])
  func good(_ shift: Int) throws {
    let bytes = Self.evidence { $0 + String(repeating: " ", count: shift) }
    for threshold in [0, 1 << 30] {
      let file = try read(bytes) { $0.mappingThreshold = threshold }
      let columns = try #require(file.chunks.first?.columns)
      #expect(columns.target.logprobs?.array == [-1, -2, -3] && columns.ids[1] == "b")
      #expect(file.notes.warnings.isEmpty)
    }
  }

  @Test(
    "a wrong structure is an error that names the place",
    arguments: [
      Malformed([UInt8](repeating: 1, count: 5), "too few"),
      Malformed(file("{}", [], length: 10_000_000_000), "claims 10000000000 bytes"),
      Malformed(file("{}", [], length: .max), "claims"),
      Malformed(file("[1]", []), "not an object"), Malformed(file("{", []), "not valid"),
      Malformed(file(String(repeating: "[", count: 500), []), "nested"),
      Malformed(file("{}", []), "is missing"),
      Malformed(evidence { $0.replacing("[0,24]", with: "[8,32]") }, "gap"),
      Malformed(evidence { $0.replacing("[24,48]", with: "[16,40]") }, "overlaps"),
      Malformed(evidence { $0.replacing("[60,62]", with: "[60,6200]") }, "outside"),
      Malformed(evidence { $0.replacing("[60,62]", with: "[62,60]") }, "outside"),
      Malformed(evidence { $0.replacing("[60,62]", with: "[-2,0]") }, "outside"),
      Malformed(evidence { $0.replacing("[48,60]", with: "[48,56]") }, "needs 12"),
      Malformed(
        evidence { $0.replacing("\"shape\":[2]", with: "\"shape\":[9223372036854775807,9]") },
        "impossibly large"
      ),
      Malformed(evidence { $0.replacing("\"shape\":[2]", with: "\"shape\":[-2]") }, "impossible"),
      Malformed(
        evidence { $0.replacing("\"shape\":[2]", with: "\"shape\":[2,1]") }, "2 dimensions"),
      Malformed(evidence { $0.replacing("\"U8\"", with: "\"Q7\"") }, "dtype"),
      Malformed(evidence(type: "I32"), "is of type I32, not F32"),
      Malformed(evidence(rest: [0]), "1 bytes follow"),
      Malformed(
        evidence(extra: "," + tensor("target.logprobs", "F32", 0, 62, 62)), "appears twice"),
      Malformed(evidence(idOffsets: [1, 1, 2]), "starts at 1"),
      Malformed(evidence(idOffsets: [0, 3, 2]), "entry 2"),
      Malformed(evidence(idOffsets: [0, 1, 1]), "ends at 1"),
      Malformed(evidence(tokenOffsets: [0, 3, 6]), "where 4 are needed"),
      Malformed(evidence(tokenOffsets: [0, 0, 5]), "sequence.token_offsets[1]"),
      Malformed(
        evidence { $0.replacing("sequence.token_offsets", with: "sequence.other") }, "is missing"),
      Malformed(evidence { $0.replacing("sequence.ids.bytes", with: "other") }, "is missing"),
      Malformed(evidence(extra: #","__metadata__":{"run":"{"}"#), "expected"),
      Malformed(evidence(extra: #","__metadata__":{"a":1}"#), "not a string"),
    ])
  func malformed(_ file: Malformed) throws {
    let error = failure { _ = try read(file.bytes) }
    #expect(
      error?.kind == .badData && error?.description.contains(file.words) == true,
      "\(error?.description ?? "none")")
  }

  @Test("every cut is an error")
  func truncated() throws {
    let bytes = Self.evidence()
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(failure { _ = try read(Array(bytes.prefix(count))) }?.kind == .badData)
    }
  }

  @Test("a sequence with an impossible value is left out and named")
  func values() throws {
    for value in [Float.nan, .infinity, 0.5] {
      let file = try read(Self.evidence(logprobs: [-1, value, -3]))
      #expect(file.count == 1 && file.chunks.first?.columns.ids[0] == "b")
      #expect(file.chunks.first?.columns.target.logprobs?.array == [-3])
      #expect(file.notes.defects.listed.first?.place == .record(0, id: "a"))
      #expect(file.notes.defects.listed.first?.field == "target.logprobs")
    }
    let odd = try read(Self.evidence(logprobs: [-9999, 0.00005, -3.2e38]))
    #expect(odd.chunks.first?.columns.target.logprobs?.array == [-.infinity, 0, -.infinity])
    #expect(odd.notes.clamped == 1 && odd.count == 2)
    let unchecked = try read(Self.evidence(logprobs: [-1, .nan, -3])) { $0.checksValues = false }
    #expect(unchecked.count == 2)
  }

  @Test("unknown tensors are named once, a model's weights are recognised")
  func foreign() throws {
    let file = try read(Self.evidence(extra: "," + Self.tensor("mine", "F32", 0, 62, 62)))
    #expect(file.notes.warnings.first?.message.contains("mine") == true)
    let weights = Self.file("{" + Self.tensor("lm_head.weight", "U8", 1, 0, 1) + "}", [0])
    #expect(failure { _ = try read(weights) }?.remedy.contains("weights") == true)
  }

  /// One sequence of one token, so that there is no position: its column is empty and unaligned.
  @Test func emptyColumnsNeedNoAlignment() throws {
    var data: [UInt8] = []
    for value in [0, 1, 0, 1] as [Int64] { withUnsafeBytes(of: value) { data += Array($0) } }
    data.append(0x61)
    let header = [
      Self.tensor("sequence.token_offsets", "I64", 2, 0, 16),
      Self.tensor("sequence.ids.offsets", "I64", 2, 16, 32),
      Self.tensor("sequence.ids.bytes", "U8", 1, 32, 33),
      Self.tensor("target.logprobs", "F32", 0, 33, 33),
    ]
    let file = try read(Self.file("{" + header.joined(separator: ",") + "}", data))
    #expect(file.count == 1 && file.chunks[0].positionRange(0).isEmpty)
  }

  @Test(
    arguments: [
      [0, .max, 3], [0, 3, .max], [0, 3, .min], [.min, 0, 3], [0, -1, 5], [0, 3, 1 << 41],
    ] as [[Int64]])
  func impossibleTokenOffsetsAreNamed(_ offsets: [Int64]) {
    let error = failure { _ = try read(Self.evidence(tokenOffsets: offsets)) }
    #expect(error?.kind == .badData && error.map { "\($0)" }?.contains("token_offsets") == true)
  }

  /// Two sequences of 3 and 2 tokens, with one more column.
  private static func evidence(
    _ name: String, _ type: String, _ count: Int, _ bytes: [UInt8]
  ) -> [UInt8] {
    evidence(
      extra: "," + tensor(name, type, count, 62, 62 + bytes.count), rest: bytes)
  }

  private static func bytes(_ values: [Int32]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
  }

  @Test(
    "values are checked as those of JSON are",
    arguments: [
      (evidence("target.ranks", "I32", 3, bytes([1, 0, 5])), "rank 0"),
      (evidence("target.ranks", "I32", 3, bytes([1, .min, 5])), "rank -2147483648"),
      (evidence("target.top1_ids", "I32", 3, bytes([1, -5, 5])), "token id -5"),
      (evidence("token_ids", "I32", 5, bytes([-1, 2, -1, 4, 5])), "token id -1"),
      (evidence("sequence.labels", "I8", 2, [2, 1]), "label 2"),
      (evidence("scored", "U8", 3, [1, 7, 1]), "7 where only 0 and 1"),
      (
        evidence(
          "target.logprob_stds", "F32", 3, bytes([0, Int32(bitPattern: Float(-1).bitPattern), 0])),
        "a standard deviation"
      ),
    ])
  func impossibleValuesAreDefects(_ file: [UInt8], _ words: String) throws {
    let read = try read(file)
    #expect(read.count == 1 && read.notes.defects.total == 1)
    #expect(read.notes.defects.listed.first?.problem.hasPrefix(words) == true)
  }

  @Test("a column may be absent in a sequence, and a first token unknown")
  func absentValuesAreNone() throws {
    let ranks = try read(Self.evidence("target.ranks", "I32", 3, Self.bytes([0, 0, 5])))
    #expect(ranks.count == 2 && ranks.notes.defects.isEmpty)
    let ids = try read(Self.evidence("token_ids", "I32", 5, Self.bytes([-1, 2, 3, -1, -1])))
    #expect(ids.count == 2 && ids.notes.defects.isEmpty)
  }
}
