import Foundation
import Glibc
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Experiments")
struct ExperimentTests {
  private static let sequences = (0..<5).map { id in
    #"{"id":"s\#(id)","label":\#(id % 2),"text":"t\#(id)","token_ids":[1,\#(id),3],"meta":{"split":"m\#(id % 2)"}}"#
  }

  private static func model(_ name: String, _ ids: [Int]) -> [String] {
    ids.map { #"{"id":"s\#($0)","token_ids":[1,\#($0),3],"\#(name)":{"logprobs":[-\#($0).5,-1]}}"# }
  }

  private static let manifest = """
    name = "N"
    description = "D"
    common = ["seq.jsonl"]
    [primary]
    split = ["m1"]
    [[reference]]
    name = "base"
    files = ["base.jsonl"]
    validation_loss = 1.5
    [[run]]
    name = "full"
    reference = "base"
    files = ["full.jsonl"]
    method = "full"
    zeta = 3
    alpha = "x"
    """

  private func folder(
    manifest: String = manifest, base: [Int] = [0, 1, 2, 3, 4], full: [Int] = [0, 1, 2, 3, 4]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write("experiment.toml", manifest)
    _ = try folder.write("seq.jsonl", Self.sequences.joined(separator: "\n"))
    _ = try folder.write("base.jsonl", Self.model("reference", base).joined(separator: "\n"))
    _ = try folder.write("full.jsonl", Self.model("target", full).joined(separator: "\n"))
    return folder
  }

  private func table(_ opened: OpenedExperiment) throws -> EvidenceTable {
    guard case .evidence(let table) = try #require(opened.experiment.runs.first) else {
      throw POSIXError(.ENOENT)
    }
    return table
  }

  @Test("files are joined by id, in any order", arguments: [[0, 1, 2, 3, 4], [3, 1, 4, 0, 2]])
  func joined(_ order: [Int]) throws {
    let folder = try folder(full: order)
    let opened = try ExperimentReader.open(folder.path)
    let table = try table(opened)
    let chunk = try #require(table.chunks.first)
    #expect((0..<5).map { table.id($0) } == ["s0", "s1", "s2", "s3", "s4"])
    #expect(
      chunk.columns.target.logprobs?.array == [-0.5, -1, -1.5, -1, -2.5, -1, -3.5, -1, -4.5, -1])
    #expect(
      chunk.columns.reference.logprobs?.isIdentical(to: try #require(chunk.columns.target.logprobs))
        == true)
    #expect(
      table.labels[1] == .member && table.text(4) == "t4"
        && table.run.referenceValidationLoss == 1.5)
    #expect(table.run.details.map(\.key) == ["zeta", "alpha"] && opened.notes.defects.isEmpty)
    #expect(opened.experiment.primary == [.init(key: "split", values: ["m1"])])
    #expect(
      MetadataReader.read(table).primary(opened.experiment.primary, count: 5) == [
        false, true, false, true, false,
      ])
  }

  @Test("scores of all sequences stand beside the tokens of some")
  func scoresAndTokens() throws {
    let folder = try folder(manifest: Self.manifest + "\nscores = \"full.csv\"\n", full: [0, 1, 4])
    _ = try folder.write(
      "full.csv",
      "run,id,label,loss,odd\nfull,s1,1,-9,4\nfull,x1,member,-2,5\nfull,s0,0,-8,6\nfull,x0,0,-3,7\n"
    )
    let opened = try ExperimentReader.open(folder.path)
    let source = try #require(opened.experiment.runs.first)
    let table = try table(opened)
    let scores = try #require(table.scores)
    #expect(table.count == 3 && source.count == 5 && scores.attacks == ["loss", "odd"])
    #expect((0..<5).map { source.ids[$0] } == ["s0", "s1", "s4", "x1", "x0"])
    #expect(source.labels == [.nonMember, .member, .nonMember, .member, .nonMember])
    let found = try #require(table.keptColumns(["loss", "odd", "ez"]))
    // The file's where it has a score; s4, which it lacks, from its tokens.
    #expect(found.columns.map(\.attack) == ["loss", "odd"])
    #expect(found.columns[0].values == [-8, -9, -2.75, -2, -3])
    #expect(found.columns[1].statuses[2] == .missingEvidence)
    // s0 and s1 have tokens that give -0.75 and -1.25, not what the file says.
    #expect(found.mismatches == [ScoreMismatch(attack: "loss", differing: 2, compared: 2)])
    #expect(
      MetadataReader.read(table).counted(
        opened.experiment.primary, count: 5, ofEvidence: table.count)
        == [false, true, false, true, true])
    #expect(table.text(3).isEmpty && table.tokenCount(3) == nil && table.tokenCount(2) == 3)
    let report = EvidenceReport(opened)
    #expect(report.runs[0].sequences == 5 && report.runs[0].sequencesWithTokens == 3)
    #expect(report.text.contains("tokens of"))
  }

  @Test("a score file that labels otherwise than the evidence is named")
  func contradictingLabels() throws {
    let folder = try folder(manifest: Self.manifest + "\nscores = \"full.csv\"\n")
    _ = try folder.write("full.csv", "run,id,label,loss\nfull,s1,0,-9\nfull,s0,0,-8\n")
    let opened = try ExperimentReader.open(folder.path)
    #expect(
      opened.notes.warnings.contains { $0.description.contains("labels 1 sequences otherwise") })
    #expect(try table(opened).labels[1] == .member)
  }

  @Test("a run with neither files nor scores is refused by name")
  func nothingToRead() throws {
    let folder = try folder(
      manifest: Self.manifest.replacingOccurrences(of: "files = [\"full.jsonl\"]\n", with: ""))
    let found = failure { _ = try ExperimentReader.open(folder.path) }
    #expect(found?.description.contains("run.files") == true)
  }

  @Test("sequences that a file lacks are left out and counted")
  func unmatched() throws {
    let folder = try folder(base: [0, 2, 3, 4], full: [0, 1, 2])
    let opened = try ExperimentReader.open(folder.path)
    let table = try table(opened)
    #expect((0..<table.count).map { table.id($0) } == ["s0", "s2"])
    #expect(opened.notes.defects.counts == [.unmatchedID: 3])
  }

  @Test(
    "files that contradict each other are errors naming both",
    arguments: [
      ("base.jsonl", #"{"id":"s0","target":{"logprobs":[-1,-1]}}"#, "is also in"),
      (
        "base.jsonl", #"{"id":"s0","token_ids":[1,9,3],"reference":{"logprobs":[-1,-1]}}"#,
        "token_ids"
      ),
      ("base.jsonl", #"{"id":"s0","reference":{"logprobs":[-1]}}"#, "token counts"),
      ("base.jsonl", #"{"id":"s0","label":1,"reference":{"logprobs":[-1,-1]}}"#, "label"),
      ("base.jsonl", #"{"id":"s0","text":"u","reference":{"logprobs":[-1,-1]}}"#, "text"),
      ("base.jsonl", #"{"id":"none","reference":{"logprobs":[-1,-1]}}"#, "shares no id"),
    ])
  func contradictions(_ file: String, _ text: String, _ words: String) throws {
    let folder = try folder()
    _ = try folder.write(file, text)
    let error = failure { _ = try ExperimentReader.open(folder.path) }?.description ?? ""
    #expect(error.contains(words) && error.contains(".jsonl"), "\(error)")
    #expect(
      error.contains("base.jsonl") && (error.contains("seq.jsonl") || error.contains("full.jsonl")))
  }

  @Test("files with tokens but no ids are joined by their texts")
  func interned() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      "experiment.toml", Self.manifest.replacing("common = [\"seq.jsonl\"]", with: ""))
    _ = try folder.write(
      "base.jsonl",
      #"{"id":"x","tokens":["q","a"],"reference":{"logprobs":[-1]}}"# + "\n"
        + #"{"id":"y","tokens":["a","b"],"reference":{"logprobs":[-1]}}"#)
    _ = try folder.write(
      "full.jsonl",
      #"{"id":"x","tokens":["q","a"],"target":{"logprobs":[-1],"top1_tokens":["z"]}}"# + "\n"
        + #"{"id":"y","tokens":["a","b"],"target":{"logprobs":[-1],"top1_tokens":["a"]}}"#)
    let table = try table(try ExperimentReader.open(folder.path))
    #expect(table.tokens(1) == [[0x61], [0x62]])
    let chunk = try #require(table.chunks.first)
    let top1 = try #require(chunk.columns.target.top1IDs)
    #expect(
      chunk.columns.vocabulary?.bytes(of: top1[0]) == [0x7A]
        && top1[1] == chunk.columns.tokenIDs?[1])
  }

  @Test(
    "a wrong manifest is an error with its line and a hint",
    arguments: [
      ("name = \"N\"", "nmae = \"N\"", 1, "did you mean name?"),
      ("method = \"full\"", "method = \"fulll\"", 14, "did you mean full?"),
      ("method = \"full\"", "methd = \"full\"", 14, "did you mean method?"),
      ("method = \"full\"", "method = 3", 14, "is not a text"),
      ("files = [\"full.jsonl\"]", "files = [\"ful.jsonl\"]", 13, "did you mean full.jsonl?"),
      ("files = [\"full.jsonl\"]", "", 10, "is missing"),
      ("reference = \"base\"", "reference = \"bse\"", 12, "did you mean base?"),
      ("[[run]]", "[run]", 10, "double brackets"),
      ("zeta = 3", "zeta = ", 15, "TOML"),
      ("validation_loss = 1.5", "validation_loss = \"low\"", 9, "is not a number"),
      ("name = \"full\"", "", 10, "is missing"),
      ("zeta = 3", "epoch = \"three\"", 15, "is not a number"),
      ("zeta = 3", "scores = \"s.csv\"", 15, "there is no file"),
    ])
  func manifestErrors(_ text: String, _ wrong: String, _ line: Int, _ words: String) throws {
    let folder = try folder(manifest: Self.manifest.replacing(text, with: wrong))
    let error = failure { _ = try ExperimentReader.open(folder.path) }
    #expect(
      error?.place == .line(line) && error?.description.contains(words) == true,
      "\(error?.description ?? "none")")
  }

  @Test("a folder without manifest, a single file and several paths give runs named after files")
  func withoutManifest() throws {
    let folder = try folder()
    unlink(folder.path + "/experiment.toml")
    _ = try folder.write("s.csv", "id,score\na,1\n")
    let opened = try ExperimentReader.open(folder.path)
    #expect(opened.experiment.runs.count == 3 && opened.notes.warnings.count == 1)
    let paths = [folder.path + "/full.jsonl", folder.path + "/full.jsonl"]
    let names = try ExperimentReader.open(paths).experiment.runs.map { source in
      switch source {
      case .evidence(let table): table.run.name
      case .scores(let table): table.run.name
      }
    }
    #expect(names == ["full", "full (2)"])
  }

  @Test(
    "what a file holds is told by its content",
    arguments: [
      (#"{"id":"a","target":{"logprobs":[-1]}}"#, "JSONL evidence"),
      (#"{"id":"a","run":"r","label":"member","loss":-1.5}"#, "JSONL scores"),
      ("id,loss\na,1\n", "CSV scores"),
      (#"{"prompt_logprobs":[null,{"5":{"logprob":-2.0}}]}"#, "vLLM prompt_logprobs"),
      (
        #"{"id":"cmpl-1","object":"text_completion","choices":[{"logprobs":{}}]}"#,
        "a model server's answers"
      ),
      (
        #"{"choices":[{"logprobs":{"tokens":["a"],"token_logprobs":[null]}}]}"#,
        "OpenAI-style completions with echo"
      ),
      (
        #"{"text":"x","meta_info":{"input_token_logprobs":[[null,1,null]]}}"#,
        "SGLang input_token_logprobs"
      ),
      (#"{"generated_text":"x","details":{"prefill":[]}}"#, "TGI details.prefill"),
      (#"{"doc_id":0,"resps":[]}"#, "lm-evaluation-harness samples"),
      (#"{"result_name":"p","result_type":"MIAResult","tpr":[0.0,"#, "LeakPro result"),
      (
        #"{"custom_id":"a","response":{"body":{"choices":[{"prompt_logprobs":[null]}]}}}"#,
        "vLLM prompt_logprobs"
      ),
      ("[\n {\n  \"meta_info\": {}}]", "SGLang input_token_logprobs"),
      (#"[{"id":"a"}]"#, "JSONL evidence"), ("PAR1", "Parquet"), ("", "is empty"),
      ("hello", "no format"),
    ])
  func detection(_ text: String, _ words: String) throws {
    do throws(IngestError) {
      #expect(try FormatDetection.detect(Array(text.utf8), path: "x").format.rawValue == words)
    } catch {
      #expect(error.description.contains(words) && !error.remedy.isEmpty)
    }
  }
}
