import Foundation
import Testing
import TestSupport

/// Files as servers, tools, spreadsheets and people write them: each opens with the right figures,
/// or is answered in one sentence that says what to do.
@Suite struct FieldTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Files").path

  /// One command on one of the folders, and what it must come to.
  struct Case: CustomTestStringConvertible {
    let folder: String
    let arguments: [String]
    var status: Int32 = 0
    /// What output or errors must say, and what they must not.
    let says: [String]
    var never: [String] = []
    var testDescription: String { folder + ": " + arguments.joined(separator: " ") }

    init(
      _ folder: String, _ arguments: String, _ status: Int32 = 0, says: [String],
      never: [String] = []
    ) {
      self.folder = folder
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.status = status
      self.says = says
      self.never = never
    }
  }

  private static let score =
    "score --target target.jsonl --reference reference.jsonl --members members.txt "
    + "--non-members non-members.txt --attack all"

  private static let cases = [
    Case("vllm-metal-single-null", "check dump.jsonl", 65, says: ["computed none of the prompt's"]),
    Case(
      "vllm-metal-single-null", "check with-ids.jsonl", 65, says: ["computed none of the prompt's"]),
    Case(
      "privacy-meter-npz", "evaluate attack_result_0.npz",
      says: ["60 members, 60 non-members", "0.816"]),
    Case(
      "mimir-results-json", "evaluate loss_results.json",
      says: ["60 members, 60 non-members", "loss_threshold", "0.816"]),
    Case(
      "wikimia-alone", "check wikimia.jsonl", 65,
      says: ["8 texts (4 member, 4 non-member)", "ezscope-export"]),
    Case("excel-semicolon-decimal-comma", "evaluate scores.csv", says: ["30 members", "score"]),
    Case(
      "excel-semicolon-decimal-comma", "score quoted-decimal-comma.csv",
      says: ["s2,non-member,0.25"]),
    Case(
      "excel-semicolon-decimal-comma", "score quoted2.csv",
      says: ["s3,member,0.75,3.0"]),
    Case(
      "excel-semicolon-decimal-comma", "score thousands.csv", says: ["s1,member,1234.5", "0.001"]),
    Case("excel-semicolon-decimal-comma", "score comma-in-header.csv", says: ["s1,member,0.5"]),
    Case("utf16-powershell", "check dump.jsonl", says: ["vLLM prompt_logprobs", "8 sequences"]),
    Case("utf16-powershell", "evaluate scores.csv", says: ["members", "0.8"]),
    Case(
      "jsonl-text-column", "evaluate scores.jsonl", says: ["members", "ignored", "model"],
      never: ["skipped"]),
    Case("pandas-int-id-jsonl", "evaluate scores.jsonl", says: ["members"], never: ["skipped"]),
    Case(
      "pandas-is-member-jsonl", "evaluate scores.jsonl", says: ["members", "non-members"],
      never: ["unknown label"]),
    Case(
      "labels-yes-no", "evaluate scores.csv", says: ["members", "non-members"], never: ["skipped"]),
    Case(
      "folder-target-reference", "evaluate run",
      says: ["ref-diff", "--target", "4 members, 4 non-members"]),
    Case("sse-stream", "check dump.jsonl", 65, says: ["server-sent events", "without stream"]),
    Case(
      "python-repr-lines", "check dump.jsonl", 65, says: ["Python's own spelling", "json.dumps"]),
    Case(
      "two-dumps-same-ids-key",
      "evaluate --target t-in.jsonl --target t-out.jsonl --reference r-in.jsonl --reference "
        + "r-out.jsonl --members t-in.jsonl --non-members t-out.jsonl",
      says: ["4 members, 4 non-members"], never: ["skipped"]),
    Case(
      "llama-perplexity", "check ppl.txt", 65,
      says: ["llama-perplexity prints", "prompt_logprobs=0"]),
    Case(
      "llama-perplexity", "check logits.dat", 65,
      says: ["--kl-divergence-base", "prompt_logprobs=0"]),
    Case("dict-by-id", "check dump.json", says: ["vLLM prompt_logprobs", "8 sequences"]),
    Case("dict-by-id", "check scores.json", says: ["60 sequences", "60 unknown"]),
    Case(
      "homemade-two-lists", "check mine.jsonl",
      says: ["target.logprobs", "reference.logprobs", "ref-diff", "4 member, 4 non-member"]),
    Case("homemade-two-lists", "check nolabel.jsonl", says: ["8 unknown", "--members"]),
    Case(
      "vllm-no-bos-first-token-unknown",
      "evaluate --target target.jsonl --reference reference.jsonl --members members.jsonl "
        + "--non-members non-members.jsonl --attack ez",
      says: ["4 members, 4 non-members", "1.000"], never: ["spell something other"]),
    Case(
      "vllm-no-bos-first-token-unknown",
      "convert --target target.jsonl --reference reference.jsonl -", says: ["\"Harbour\",\" log\""],
      never: ["null"]),
    Case(
      "member-list-with-label-column",
      "evaluate --target target.jsonl --reference reference.jsonl --members wikimia.jsonl "
        + "--non-members extra.jsonl --attack ref-diff",
      says: ["4 members, 8 non-members", "1.000"]),
    Case(
      "member-list-with-label-column",
      "evaluate --target target.jsonl --reference reference.jsonl --members extra.jsonl", 65,
      says: ["all rows are labelled non-members", "--non-members"]),
    Case("csv-long-format", "evaluate scores.csv", 65, says: ["one row a token", "--aggregate"]),
    Case(
      "csv-long-format", "score scores.csv --aggregate sum", says: ["s0,member,-5.5"],
      never: ["logprob,position", "-5.5,"]),
    Case("csv-no-label", "evaluate scores.csv", says: ["60 of unknown label", "label them"]),
    Case(
      "truncated-prompt", "evaluate dump.jsonl", says: ["cut"], never: ["spell something other"]),
    Case(
      "vllm-prompt-logprobs-null", "check dump.jsonl", 65,
      says: ["SamplingParams(prompt_logprobs=0)"]),
    Case(
      "vllm-prompt-logprobs-null", "check with-id.jsonl", 65,
      says: ["SamplingParams(prompt_logprobs=0)"]),
    Case(
      "vllm-prompt-logprobs-null", "check int-request-id.jsonl", 65,
      says: ["SamplingParams(prompt_logprobs=0)"]),
    Case("convert-loses-token-texts", "convert in.safetensors -", says: ["\"token_ids\":[100,101"]),
    Case(
      "gate-passes-on-flipped-loss", "evaluate scores.csv --attack ppl:negated",
      says: ["ppl:negated", "1.000"]),
    Case(
      "gate-passes-on-flipped-loss",
      "evaluate scores.csv --columns score=ppl:negated --attack all",
      says: ["ppl:negated", "1.000"]),
    Case(
      "gate-passes-on-flipped-loss", "evaluate scores.csv --columns score=loss", 65,
      says: ["there is no such column", "ppl"]),
  ]

  private func check(_ example: Case) throws {
    let folder = Self.folder + "/" + example.folder
    let outcome = try Program.run(
      example.arguments.map { word in
        FileManager.default.fileExists(atPath: folder + "/" + word) && word != "-"
          ? folder + "/" + word : word
      })
    #expect(outcome.status == example.status, "\(outcome)")
    let all = outcome.output + outcome.errors
    for words in example.says { #expect(all.contains(words), "\(words): \(all)") }
    for words in example.never { #expect(!all.contains(words), "\(words): \(all)") }
  }

  @Test(arguments: cases) func opensOrSaysWhatToDo(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    "together-completions-echo", "trtllm-no-leading-null", "echo-first-logprob-zero",
    "flattened-echo",
  ])
  func pairsOfServersAreScored(_ name: String) throws {
    try check(Case(name, Self.score, says: ["run,id,label", "m0,member", "ref-diff"]))
    try check(
      Case(
        name, Self.score.replacing("score ", with: "evaluate ").replacing("all", with: "ref-diff"),
        says: ["4 members, 4 non-members", "1.000"]))
  }

  @Test(arguments: [
    ("scores.parquet", "ezscope-convert"), ("data-00000-of-00001.arrow", "ezscope-convert"),
    ("p2.pkl", "Python pickle"), ("p3.pkl", "Python pickle"), ("p4.pkl", "Python pickle"),
    ("p5.pkl", "Python pickle"), ("scores.pt", "weights_only=True"),
    ("old.pth", "weights_only=True"), ("scores.npy", "numpy"), ("scores.xlsx", "Excel"),
    ("scores.csv.zip", "unzip"), ("evidence.jsonl.zip", "unzip"), ("scores.tar.gz", "tar -x"),
    ("scores.feather", "ezscope-convert"), ("scores.db", "sqlite3"),
    ("scores.jsonl.bz2", "bzip2 -dc"), ("scores.jsonl.xz", "xz -dc"),
    ("scores.csv.zst", "zstd -dc"),
  ])
  func binariesAreNamedWithTheLineThatConvertsThem(_ name: String, _ words: String) throws {
    try check(Case("binaries", "check \(name)", 65, says: [words]))
    let outcome = try Program.run(["check", Self.folder + "/binaries/" + name])
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test(arguments: ["first-NA", "first-na", "first-none", "hash-na", "later-NA", "later-na"])
  func whatIsUndefinedDependsOnNoRow(_ name: String) throws {
    let path = Self.folder + "/first-row-blank-score/\(name).csv"
    let outcome = try Program.run(["evaluate", "--format", "json", "--replicates", "0", path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"attack\": \"score\""), "\(outcome)")
    #expect(outcome.output.contains("\"undefined\": 1"), "\(outcome)")
  }

  @Test func contentIsTheSameAfterBothConversions() throws {
    let folder = try TemporaryFolder()
    let source = Self.folder + "/convert-loses-token-texts/in.safetensors"
    let (lines, back) = (folder.path + "/a.jsonl", folder.path + "/b.safetensors")
    #expect(try Program.run(["convert", source, lines]).status == 0)
    #expect(try Program.run(["convert", lines, back]).status == 0)
    let shown = try [source, lines, back].map { path in
      try Program.run(["content", path]).output.split(separator: "\n").dropFirst()
    }
    #expect(shown[0] == shown[1] && shown[0] == shown[2] && shown[0].count > 4)
  }
}
