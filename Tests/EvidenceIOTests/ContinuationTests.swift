import ScoringCore
import Testing

@testable import EvidenceIO

@Suite struct ContinuationTests {
  /// A table of one record whose `continuations` are given, with five tokens.
  private func table(_ continuations: String, meta: String = "{}") throws -> EvidenceTable {
    let file = try readJSONL(
      #"{"id":"a","label":1,"tokens":["x"," the"," red"," fox","."],"token_ids":[9,1,2,3,4],"#
        + #""target":{"logprobs":[-1,-1,-1,-1]},"continuations":"# + continuations
        + #","meta":"# + meta + "}\n")
    return EvidenceTable(run: Run(name: "run"), chunks: file.chunks)
  }

  @Test func everyFieldIsRead() throws {
    let reading = ContinuationsReader.read(
      try table(
        #"[{"prefix_tokens":2,"decoding":"greedy","text":" red cat","token_ids":[2,8],"#
          + #""suffix_text":" red fox","suffix_token_ids":[2,3],"similarity":0.5,"#
          + #""encoder":"e5","later":{"x":[1]}},{"text":"y","token_ids":null}]"#))
    #expect(reading.defects.isEmpty && reading.table.misaligned == 0)
    #expect(reading.table.sequences == [0, 0])
    let expected = Continuation(
      prefixTokens: 2, decoding: "greedy", text: " red cat", tokenIDs: [2, 8],
      suffixText: " red fox", suffixTokenIDs: [2, 3], similarity: 0.5, encoder: "e5")
    #expect(reading.table.all[0] == expected)
    #expect(reading.table.all[1].decoding == Continuation.unstatedDecoding)
    #expect(reading.table.decodings == ["greedy", "unstated"])
  }

  @Test(arguments: [
    (#"[{"prefix_tokens":2,"token_ids":[2,3]}]"#, [2, 3, 4], " red fox."),
    (#"[{"prefix_tokens":2,"text":" red"}]"#, nil, " red fox."),
    (#"[{"prefix_tokens":2,"token_ids":[2],"suffix_token_ids":[2,3]}]"#, [2, 3], " red fox"),
    (#"[{"prefix_tokens":9,"token_ids":[2]}]"#, [], ""),
    (#"[{"token_ids":[2]}]"#, nil, ""),
  ])
  func missingSuffixesAreTheSequencesOwn(
    _ continuations: String, _ ids: [Int32]?, _ text: String
  ) throws {
    let read = try #require(ContinuationsReader.read(try table(continuations)).table.all.first)
    #expect(read.suffixTokenIDs == ids && read.suffixText == text)
  }

  @Test(arguments: [
    (#"[{"prefix_tokens":2,"token_ids":[2],"suffix_token_ids":[2,3]}]"#, 0),
    (#"[{"prefix_tokens":1,"token_ids":[2],"suffix_token_ids":[2,3]}]"#, 1),
    (#"[{"prefix_tokens":4,"token_ids":[2],"suffix_token_ids":[4,5]}]"#, 1),
    (#"[{"token_ids":[2],"suffix_token_ids":[7]}]"#, 0),
  ])
  func suffixesOfOtherTextsAreCounted(_ continuations: String, _ expected: Int) throws {
    #expect(ContinuationsReader.read(try table(continuations)).table.misaligned == expected)
  }

  @Test(arguments: [
    (#"[{"prefix_tokens":2}]"#, Defect.Kind.missing, "without text and token_ids"),
    (#"[{"text":5}]"#, .type, "expected a string, found a number"),
    (#"[{"text":"x","prefix_tokens":-1}]"#, .value, "prefix_tokens below 0"),
    (#"[{"text":"x","similarity":1.5}]"#, .value, "a similarity of 1.5"),
    (#"[{"text":"x","token_ids":[1,"2"]}]"#, .type, "found a string"),
    (#"["x"]"#, .type, "expected a continuation, found a string"),
  ])
  func whatCannotBeReadIsNamed(
    _ continuations: String, _ kind: Defect.Kind, _ words: String
  ) throws {
    let reading = ContinuationsReader.read(try table(continuations))
    let defect = try #require(reading.defects.listed.first)
    #expect(reading.table.isEmpty && reading.defects.total == 1 && defect.kind == kind)
    #expect(defect.description.contains("(a): continuations:"))
    #expect(defect.description.contains(words), "\(defect)")
  }

  @Test(arguments: [
    (#"{"canary":{"secret_start":2,"secret_end":4},"duplicates":16}"#, 2..<4, 16),
    (#"{"canary":{"secret_start":2,"secret_end":9}}"#, nil, nil),
    (#"{"canary":true}"#, nil, nil), (#"{"canary":"hello","duplicates":4}"#, nil, 4),
    (#"{"canary":"c-1","secret_start":2,"secret_end":4}"#, 2..<4, nil),
    (#"{"canary":"c-1","secret_start":2}"#, nil, nil),
  ])
  func canaries(_ meta: String, _ secret: Range<Int>?, _ duplicates: Int?) throws {
    let table = try table("[]", meta: meta)
    #expect(
      CanaryReader.read(table, MetadataReader.read(table)) == [
        Canary(sequence: 0, isControl: false, secret: secret, duplicates: duplicates)
      ])
  }

  @Test(arguments: [#"{"canary":false}"#, #"{"canary":0}"#, #"{"canary":""}"#, "{}"])
  func noCanaries(_ meta: String) throws {
    let table = try table("[]", meta: meta)
    #expect(CanaryReader.read(table, MetadataReader.read(table)).isEmpty)
  }
}
