import Basics
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Conversion loses nothing")
struct RoundTripTests {
  @Test("JSONL to safetensors and back gives the same records")
  func bothWays() throws {
    let folder = try TemporaryFolder()
    var run = Run(name: "r")
    run.method = .lora
    run.epoch = 3
    run.parameters = 5
    run.validationLoss = 1.25
    run.details = [.init(key: "rank", value: "16"), .init(key: "placement", value: "c_attn")]
    let first = try readJSONL(richRecords.joined(separator: "\n"))
    let path = folder.path + "/x.safetensors"
    try SafetensorsWriter.write(first.chunks, run: run, to: path)
    let second = try SafetensorsReader.read(path)
    #expect(try lines(second.chunks) == lines(first.chunks))
    #expect(second.run == run)
    let again = try readJSONL(try lines(second.chunks).joined(separator: "\n"))
    #expect(try lines(again.chunks) == lines(first.chunks))
    #expect(try lines(first.chunks)[0] == richRecords[0])
    #expect(try lines(first.chunks)[1] == richRecords[1])
    let bytes = try folder.raw("x.safetensors")
    try SafetensorsWriter.write(second.chunks, run: run, to: folder.path + "/y.safetensors")
    #expect(try folder.raw("y.safetensors") == bytes)
  }

  @Test("tokens without ids, misleading spellings and unweighted moments survive")
  func oddities() throws {
    let folder = try TemporaryFolder()
    let texts = [
      #"{"id":"a","tokens":["<0xE6>","b"],"token_bytes":[null,null],"target":{"logprobs":[-1.0]}}"#,
      #"{"id":"b","tokens":["<0xE6>","b"],"token_bytes":["5g==",null],"target":{"logprobs":[-1.0],"#
        + #""top1_tokens":["<0xE6>"],"logprob_means_unweighted":[-9.0]}}"#,
      #"{"id":"c","token_ids":[1,2],"target":{"logprobs":[-1.0]}}"#,
    ]
    for (index, text) in texts.enumerated() {
      let file = try readJSONL(text)
      let path = folder.path + "/x\(index).safetensors"
      try SafetensorsWriter.write(file.chunks, run: nil, to: path)
      #expect(try lines(try SafetensorsReader.read(path).chunks) == [text])
    }
  }

  @Test("random float32 values come back bit by bit")
  func floats() throws {
    var random = SplitMix64(seed: 99)
    let values = (0..<20_000).map { _ in
      -Float(bitPattern: UInt32.random(in: 0...0x4580_0000, using: &random))
    }
    var columns = EvidenceChunk.Columns(ids: TextColumn(["a"]))
    columns.tokenOffsets = Column([0, Int64(values.count + 1)])
    columns.target.logprobs = Column(values)
    let text = try lines([try EvidenceChunk(columns)]).joined()
    let read = try #require(try readJSONL(text).chunks.first?.columns.target.logprobs)
    #expect(read.array.map(\.bitPattern) == values.map(\.bitPattern), "seed 99")
  }
}
