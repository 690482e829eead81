import Foundation
import Testing
import TestSupport

/// The commands on dumps of other tools; what the dumps hold is tested where they are read.
@Suite struct DumpTests {
  private static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Conformance/dumps/\(name)").standardizedFileURL.path
  }

  private static let pair = [
    "--target", path("vllm-batch-target.jsonl"), "--reference", path("vllm-batch-reference.jsonl"),
  ]
  private static let lists = [
    "--members", path("members.txt"), "--non-members", path("non-members.txt"),
  ]

  /// Rows of scores without the run's name.
  private func rows(_ arguments: [String]) throws -> [Substring] {
    let outcome = try Program.run(["score", "--attack", "ez,loss,ref-diff,zlib"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map { $0.drop { $0 != "," } }
  }

  @Test func aPairWithListsScoresLikeOurOwnEvidence() throws {
    let own = try rows([Self.path("native.jsonl")])
    #expect(try rows(Self.pair + Self.lists) == own && own.count == 7)
    let folder = try TemporaryFolder()
    let converted = folder.path + "/x.safetensors"
    #expect(try Program.run(["convert"] + Self.pair + Self.lists + [converted]).status == 0)
    #expect(try rows([converted]) == own)
  }

  @Test func everyReportTakesThem() throws {
    let evaluated = try Program.run(
      ["evaluate", "--format", "json", "--replicates", "0", "--attack", "ez"] + Self.pair
        + Self.lists)
    #expect(evaluated.status == 0 && evaluated.output.contains("\"members\": 4"), "\(evaluated)")
    let samples = try Program.run(
      [
        "score", "--target", Self.path("harness-target.jsonl.gz"), "--reference",
        Self.path("harness-reference.jsonl"),
      ])
    #expect(samples.output.hasPrefix("run,id,label,loss-sum,loss-per-byte,ref-diff-sum"))
    let picture = try Program.run(["snapshot", "--size", "100x30"] + Self.pair)
    #expect(picture.status == 0 && picture.output.contains("vllm-batch-target"))
  }

  @Test func checkExplainsThem() throws {
    let text = try Program.run(["check", "--all", Self.path("tgi-target.jsonl")])
    #expect(text.output.contains("TGI details.prefill"))
    #expect(text.output.contains("dump the target with vLLM"))
    #expect(text.output.contains("target.ranks, or"))
    let json = try Program.run(["check", "--format", "json"] + Self.pair)
    let files = try Fixture.object(json.output)["files"] as? [[String: Any]] ?? []
    #expect(files.count == 2 && files.allSatisfy { ($0["advice"] as? String)?.isEmpty == false })
  }

  @Test func mistakesSayWhatToDo() throws {
    let folder = try TemporaryFolder()
    let chat = try folder.write(
      "chat.jsonl", #"{"choices":[{"message":{"content":"x"},"logprobs":{"content":[]}}]}"#)
    let other = try folder.write(
      "r.jsonl", #"{"prompt_token_ids":[1,2],"prompt_logprobs":[null,{"2":{"logprob":-1}}]}"#)
    for (arguments, status, words) in [
      (["score", chat], Int32(65), "prompt_logprobs=0"),
      (["score"], 64, "--target"),
      (["score", "--reference", other], 64, "needs --target"),
      (["convert", chat], 64, "the file to write"),
      (["convert", "--target", other, "a.jsonl", "b.jsonl"], 64, "only the file to write"),
      (["score", "--target", Self.pair[1], "--reference", other], 65, "position 0: token 1 where"),
      (["check", Self.pair[1], "--members", chat], 65, "chat completion"),
    ] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome)")
    }
  }
}
