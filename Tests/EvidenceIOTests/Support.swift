import ScoringCore
import TestSupport

@testable import EvidenceIO

extension TemporaryFolder {
  /// The bytes of a file, unpacked.
  func read(_ name: String) throws -> [UInt8] {
    var stream = ByteStream(
      descriptor: try FileBytes.open(path + "/" + name), owned: true, file: name)
    return try stream.readAll(limit: 1 << 30)
  }
}

/// Three records that use every field, each lacking some.
let richRecords = [
  #"{"id":"a","label":1,"text":"hé\n\"x\"","tokens":["h","<0xC3>","<0xA9>"],"#
    + #""token_bytes":[null,"ww==","qQ=="],"token_ids":[5,200,201],"scored":[true,false],"#
    + #""target":{"logprobs":[-0.5,-3.4028234663852886e+38],"ranks":[1,3],"top1_ids":[5,7],"#
    + #""top1_tokens":["h","q"],"top1_logprobs":[-0.25,-1e-07],"logprob_means":[-2.5,-3.0],"#
    + #""logprob_stds":[1.5,0.0]},"reference":{"logprobs":[-1.5,-2.0]},"#
    + #""extra":{"lowercase":-1.25},"continuations":[{"prefix_tokens":1,"text":"x"}],"#
    + #""meta":{"family":"chat","n":3}}"#,
  #"{"id":"b","label":0,"tokens":["h"," w"],"token_ids":[5,6],"target":{"logprobs":[-0.125]}}"#,
  #"{"id":"c","token_ids":[5,6,7],"target":{"logprobs":[-1.0,-2.0],"ranks":[2,1]},"#
    + #""reference":{"logprobs":[-1.0,-0.0]},"meta":{"family":"mail"}}"#,
]

/// Reads JSONL text through a file.
func readJSONL(
  _ text: String, partial: Bool = false, options: IngestOptions = IngestOptions()
) throws -> EvidenceFile {
  let folder = try TemporaryFolder()
  return try JSONLReader.read(
    try folder.write("x.jsonl", text), partial: partial, options: options)
}

/// Every field of every sequence in a canonical form: what `JSONLWriter` writes.
func lines(_ chunks: [EvidenceChunk]) throws -> [String] {
  let folder = try TemporaryFolder()
  try JSONLWriter.write(chunks, to: folder.path + "/x.jsonl")
  return String(decoding: try folder.read("x.jsonl"), as: UTF8.self)
    .split(separator: "\n").map(String.init)
}

/// The error an operation ends with, or nil.
func failure(_ body: () throws -> Void) -> IngestError? {
  do {
    try body()
    return nil
  } catch { return error as? IngestError }
}

extension TemporaryFolder {
  /// The bytes of a file anywhere, as they are.
  func contents(of path: String) throws -> [UInt8] {
    let storage = try FileBytes.load(path, options: IngestOptions())
    return Column<UInt8>(in: storage, at: 0, count: storage.byteCount)?.array ?? []
  }
}
