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
}
