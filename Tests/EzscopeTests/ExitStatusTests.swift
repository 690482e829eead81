import Foundation
import Testing
import TestSupport

@Suite struct ExitStatusTests {
  struct Case: CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let says: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String, _ status: Int32, _ says: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.status = status
      self.says = says
    }
  }

  @Test(arguments: [
    Case("evaluate", 64, "--target"),
    Case("evaluate good.jsonl --attack min-q", 64, "did you mean 'min-k'"),
    Case("evaluate good.jsonl --attack min-k:k=0", 64, "1...100"),
    Case("evaluate good.jsonl --fpr 1.5", 64, "--fpr"),
    Case("evaluate good.jsonl --level 1", 64, "--level"),
    Case("evaluate good.jsonl --prior 0", 64, "--prior"),
    Case("evaluate good.jsonl --convention loose", 64, "loose"),
    Case("evaluate good.jsonl --run god", 64, "did you mean 'good'"),
    Case("evaluate good.jsonl --level 95 --attack loss", 64, "'95' is no coverage"),
    Case("evaluate good.jsonl --fpr", 64, "see ezscope help evaluate"),
    Case("evaluate good.jsonl --format xml", 64, "; give one of 'text', 'json',"),
    Case("evaluate good.jsonl --format csv --set", 64, "--set: CSV has no column"),
    Case("evaluate good.jsonl --format csv --by length --fdr 0.1", 64, "--by and --fdr are two"),
    Case("attacks min-q", 64, "did you mean 'min-k'"),
    Case("trends good.jsonl --by size", 64, "give one of epoch, model_parameters, duplicates"),
    Case("gate good.jsonl --max-tpr 500", 64, "0.01 or 1%"),
    Case("snapshot good.jsonl --attack min-q", 64, "did you mean 'min-k'"),
    Case("snapshot good.jsonl --run god", 64, "did you mean 'good'"),
    Case("evalute", 66, "did you mean the command evaluate?"),
    Case("compare good.jsonl", 64, "second path"),
    Case("compare good.jsonl --runs a,b,c", 64, "--runs"),
    Case("compare good.jsonl --runs one", 64, "no run 'one'"),
    Case("convert good.jsonl -  --to safetensors", 64, "pipe"),
    Case("convert good.jsonl out.bin", 64, "--to"),
    Case("score bad.jsonl", 65, "bad.jsonl"),
    Case("check bad.jsonl", 65, "bad.jsonl"),
    Case("score good.jsonl --attack min-k++", 65, "logprob_means"),
    Case("evaluate scores.csv --attack loss", 65, "no column loss"),
    Case("convert scores.csv out.jsonl", 65, "ezscope score"),
    Case("compare good.jsonl other.jsonl", 65, "share no sequences"),
    Case("evaluate missing.jsonl", 66, "missing.jsonl"),
    Case("conformance folder --figures none.json", 66, "none.json"),
    Case("evaluate good.jsonl -o no/such/folder.txt", 74, "no/such/folder.txt"),
    Case("score good.jsonl some.jsonl --strict", 1, "1 record skipped"),
    Case("check some.jsonl --strict", 1, "skipped"),
  ])
  func failureIsOneLineAndOneStatus(_ example: Case) throws {
    let folder = try TemporaryFolder()
    let lines = Fixture.evidence(20)
    try folder.write("good.jsonl", lines.joined(separator: "\n"))
    try folder.write("other.jsonl", Fixture.byHand)
    try folder.write("some.jsonl", lines[0] + "\n{\"id\":\"x\",\"target\":{\"logprobs\":[1]}}\n")
    try folder.write("bad.jsonl", "{\"id\":\"x\",\"target\":{\"logprobs\":[-1,\n")
    try folder.write("scores.csv", "id,label,mine\na,1,2\nb,0,1\n")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/folder", withIntermediateDirectories: false)
    try folder.write("folder/good.jsonl", lines.joined(separator: "\n"))
    let isFile = { (word: String) in word.contains(".") && Double(word) == nil || word == "folder" }
    let outcome = try Program.run(
      example.arguments.map { isFile($0) ? folder.path + "/" + $0 : $0 })
    #expect(outcome.status == example.status)
    let last = outcome.errors.split(separator: "\n").last.map(String.init) ?? ""
    #expect(last.hasPrefix("ezscope: ") && last.contains(example.says), "\(outcome.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      left.sorted() == [
        "bad.jsonl", "folder", "good.jsonl", "other.jsonl", "scores.csv", "some.jsonl",
      ])
  }

  @Test(arguments: [(6, Int32(65)), (99, 0), (98, 65)])
  func skippedRecordsAreCountedAndManyEndWithAStatus(_ good: Int, _ status: Int32) throws {
    let lines = Fixture.evidence(good).joined(separator: "\n") + "\n{\"id\":\"x\"}\n"
    let outcome = try Program.run(["score", "-", "--attack", "loss"], input: lines)
    #expect(outcome.status == status)
    #expect(outcome.output.split(separator: "\n").count == good + 1)
    #expect(
      outcome.errors.contains("-:\(good + 1): ") && outcome.errors.contains("1 record skipped"))
    #expect(outcome.errors.contains("had to be left out") == (status != 0))
  }

  @Test func aFolderWithAFileThatCannotBeReadEndsWithAStatus() throws {
    let folder = try TemporaryFolder()
    try folder.write("good.jsonl", Fixture.evidence(20).joined(separator: "\n"))
    try folder.write("bad.jsonl", "{\"id\":\"x\",\"target\":{\"logprobs\":[-1,\n")
    let outcome = try Program.run(["score", folder.path, "--attack", "loss"])
    #expect(outcome.status == 65 && outcome.output.contains("good,s0,member"))
    #expect(outcome.errors.contains("1 file had to be left out"))
  }

  @Test func helpIsAnAnswer() throws {
    let outcome = try Program.run(["evaluate", "--help"])
    #expect(outcome.status == 0 && outcome.output.contains("--convention") && outcome.errors == "")
  }

  @Test func readerThatStopsEndsTheProgramQuietly() throws {
    let words = ["-c", "\"$0\" score \"$1\" | head -1; exit ${PIPESTATUS[0]}"]
    let folder = try TemporaryFolder()
    let file = try folder.write("e.jsonl", Fixture.evidence(4000).joined(separator: "\n"))
    let errors = folder.path + "/errors"
    let status = system(
      "bash \(words[0]) '\(words[1])' '\(Program.path)' '\(file)' > /dev/null 2> '\(errors)'")
    #expect(status >> 8 & 0xFF == 141)
    let lines = try String(contentsOfFile: errors, encoding: .utf8).split(separator: "\n")
    #expect(lines.allSatisfy { $0.contains("Not computed") })
  }
}
