import Foundation
import Testing
import TestSupport

/// The commands of the page on files people have come to a scored table, for every server.
@Suite struct ServerTableTests {
  private static let page: String = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/ScoringCore/ScoringCore.docc/files-you-have.md")
    return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
  }()

  /// The last cell of each row below a heading, without its code marks.
  private static func commands(_ heading: String) -> [String] {
    let part =
      page.components(separatedBy: "## \(heading)\n").last?
      .components(separatedBy: "\n## ").first ?? ""
    return part.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2).compactMap { row in
      row.split(separator: "|").last.map {
        $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
      }
    }
  }

  /// What a server's answers are named in the table.
  private static let kinds: [String: ServerKind] = [
    "vllm": .vllm, "flat": .vllmFlat, "trt": .tensorRT, "sglang": .sglang, "echo": .echo,
    "fireworks": .fireworks, "together": .together, "tgi": .tgi, "tinker": .tinker, "helm": .helm,
    "own": .flat,
  ]

  @Test(arguments: commands("Servers")) func serversAreScored(_ command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let name = try #require(words[2].split(separator: "-").first)
    let kind = try #require(Self.kinds[String(name)])
    let folder = try TemporaryFolder()
    let texts = SpokenText.some((0..<40).map { 6 + $0 % 9 }, seed: 5)
    try folder.write(words[2], kind.file(texts))
    try folder.write(words[3], kind.file(texts.map(\.underBase)))
    for (list, label) in [("in.txt", 1), ("out.txt", 0)] {
      let ids = texts.filter { $0.label == label }.map(\.id)
      try folder.write(list, ids.joined(separator: "\n"))
    }
    let outcome = try Program.run(
      words.dropFirst().map { $0.contains(".") ? folder.path + "/" + $0 : $0 })
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("20 members, 20 non-members"), "\(outcome)")
    #expect(outcome.output.contains("ref-diff") || outcome.output.contains("ez"), "\(outcome)")
  }

  @Test func everyServerOfTheTableIsRun() {
    #expect(Self.commands("Servers").count == Self.kinds.count)
  }

  /// What each tool of the second table writes.
  private static let results: [String: String] = [
    "loss_results.json":
      #"{"name":"loss","predictions":{"member":[0.5,1],"nonmember":[2,3]},"metrics":{"roc_auc":1.0}}"#,
    "result.json": #"{"result_name":"loss","roc_auc":1,"signal_values":[2,1],"true_labels":[1,0]}"#,
    "output.jsonl": #"{"input":"a b","label":1,"pred":{"ppl":1.5,"ppl/zlib":0.1}}"# + "\n"
      + #"{"input":"c d","label":0,"pred":{"ppl":2.5,"ppl/zlib":0.2}}"#,
    "scores.csv": "id,label,score\na,1,2\nb,0,1\n", "train.csv": "user_id,score\na,2\n",
    "test.csv": "user_id,score\na,1\n",
  ]

  @Test(arguments: commands("Results of other tools"))
  func resultsAreScored(_ command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let folder = try TemporaryFolder()
    let name = words[2]
    for (name, content) in Self.results { try folder.write(name, content) }
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Files/privacy-meter-npz/attack_result_0.npz").path
    try FileManager.default.copyItem(
      atPath: source, toPath: folder.path + "/attack_result_0.npz")
    let outcome = try Program.run(
      words.dropFirst().map { $0.contains(".") && !$0.contains("=") ? folder.path + "/" + $0 : $0 }
        + ["--replicates", "0"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(name == "attack_result_0.npz" ? "0.816" : "1.000"), "\(outcome)")
  }

  @Test func generatedTokensAloneAreAnsweredInASentence() throws {
    let folder = try TemporaryFolder()
    for (name, answer, words) in [
      (
        "ollama", #"{"model":"m","created_at":"x","response":"hi","done":true,"logprobs":[]}"#,
        "Ollama"
      ),
      ("gemini", #"{"candidates":[{"content":{"parts":[]},"avgLogprobs":-0.2}]}"#, "Gemini"),
      (
        "chat", #"{"choices":[{"message":{"content":"x"},"logprobs":{"content":[]}}]}"#,
        "chat completion"
      ),
      (
        "messages",
        #"{"id":"m","type":"message","role":"assistant","content":[],"stop_reason":"end","stop_sequence":"x"}"#,
        "no log-probs of the prompt"
      ),
    ] {
      let outcome = try Program.run(["check", try folder.write(name + ".jsonl", answer)])
      #expect(outcome.status == 65 && outcome.errors.contains(words), "\(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("vLLM"), "\(outcome.errors)")
    }
  }

  @Test(arguments: ["vllm", "own", "helm"]) func checkFitsAScreen(_ name: String) throws {
    let folder = try TemporaryFolder()
    let kind = try #require(Self.kinds[name])
    let path = try folder.write("x.jsonl", kind.file(SpokenText.some([5, 6, 7])))
    let outcome = try Program.run(["check", path])
    #expect(outcome.status == 0 && outcome.output.split(separator: "\n").count <= 30)
    #expect(outcome.output.contains("Next: ezscope evaluate"), "\(outcome.output)")
    #expect(outcome.output.contains("Attacks for x:"))
  }

  @Test func checkOfAnExperimentFitsAScreen() throws {
    let outcome = try Program.run(["check", Fixture.sampleData])
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(outcome.status == 0 && lines.count <= 31, "\(outcome.output)")
    let all = try Program.run(["check", "--all", Fixture.sampleData])
    #expect(all.output.split(separator: "\n").count > 60)
  }
}
