import Basics
import EvidenceIO
import Foundation
import Reports
import TestSupport
import Testing
import TriageStore

@testable import ezscope

/// Every output of every command, over data whose names and texts act on whatever shows them.
@Suite struct HostileOutputTests {
  /// What acts on a terminal, a spreadsheet, a page or a reader; none of it may come out raw.
  static let texts = [
    "\u{1B}]0;OWNED\u{7}", "\u{9B}31m", "a\u{202E}gnp", "\u{2066}x", "zero\u{200B}width",
    "line\nbreak", "\u{2028}", "=1+1", " =1+1", "\t=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠x", "@a",
    "x;=1+1", "say \"hi\"", "@someone", "https://example.com", "www.example.com", "~~gone~~",
    "<b>&", "|cell|", "[x](y)", "`code`",
  ]

  /// A command, its options, and what kind of document it writes.
  struct Output: CustomTestStringConvertible, Sendable {
    /// What a document is for, which decides what must not be in it.
    enum Kind: Sendable { case plain, csv, markdown, json, html }

    var arguments: [String]
    var kind: Kind

    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static func reports(_ arguments: [String]) -> [Output] {
    ReportFormat.allCases.map { format in
      let kind: Output.Kind =
        switch format {
        case .text: .plain
        case .json: .json
        case .markdown: .markdown
        case .csv: .csv
        }
      return Output(
        arguments: arguments + ["--format", format.rawValue], kind: kind)
    }
  }

  /// The outputs of each command; a command that is not in here fails the test below.
  static let outputs: [String: [Output]] = {
    var all: [String: [Output]] = [:]
    all["score"] = ScoreFileWriter.Format.allCases.map { format in
      Output(
        arguments: ["score", "--attack", "loss,ez", "--format", format.rawValue],
        kind: format == .csv ? .csv : .json)
    }
    let evaluate = ["evaluate", "--replicates", "0"]
    all["evaluate"] = reports(evaluate + ["--by", "family"])
    all["evaluate"]?.append(
      Output(arguments: evaluate + ["--roc", "--format", "csv"], kind: .csv))
    all["evaluate"]?.append(
      Output(arguments: evaluate + ["--fdr", "1e-20", "--format", "csv"], kind: .csv))
    all["evaluate"]?.append(Output(arguments: evaluate + ["--fdr", "1e-20"], kind: .plain))
    all["compare"] = CompareCommand.Format.allCases.map { format in
      Output(
        arguments: ["compare", "--replicates", "0", "--format", format.rawValue],
        kind: format == .json ? .json : .plain)
    }
    all["sweep"] = SweepCommand.Format.allCases.map { format in
      let arguments = ["sweep", "--attack", "min-k:k=10|20", "--replicates", "0", "--format"]
      return Output(
        arguments: arguments + [format.rawValue], kind: format == .json ? .json : .plain)
    }
    all["extraction"] = reports(["extraction"])
    let leaks = ["leaks", "--reference-bits", "0", "--redact", "off"]
    all["leaks"] = reports(leaks) + reports(leaks + ["--level", "family"])
    all["content"] = reports(["content"])
    all["report"] = ReportCommand.Format.allCases.map { format in
      let kind: Output.Kind =
        switch format {
        case .html: .html
        case .markdown: .markdown
        case .json: .json
        }
      return Output(
        arguments: [
          "report", "--redact", "off", "--attack", "loss,ez", "--replicates", "20", "--format",
          format.rawValue,
        ], kind: kind)
    }
    for format in GateCommand.Format.allCases {
      // No number of non-members is enough for the second.
      for rate in ["0.5", "1e-19"] {
        all["gate", default: []].append(
          Output(
            arguments: ["gate", "--max-tpr", "1", "--fpr", rate, "--format", format.rawValue],
            kind: format == .json ? .json : .plain))
      }
    }
    all["check"] = CheckCommand.Format.allCases.map { format in
      Output(
        arguments: ["check", "--near-duplicates", "--format", format.rawValue],
        kind: format == .json ? .json : .plain)
    }
    for format in SnapshotCommand.Format.allCases where format != .ansi {
      let arguments = ["snapshot", "--redact", "off", "--screen", "sequences", "--format"]
      all["snapshot", default: []].append(
        Output(arguments: arguments + [format.rawValue], kind: .plain))
    }
    // Tried by tests of their own.
    for command in ["convert", "verdicts", "verify", "trends"] { all[command] = [] }
    // Of the program's own data, or of none at all.
    for command in ["demo", "conformance", "attacks", "keys", "dashboard"] {
      all[command] = []
    }
    return all
  }()

  @Test func everyCommandIsListed() {
    for command in Ezscope.configuration.subcommands {
      let name = command.configuration.commandName ?? "\(command)"
      #expect(Self.outputs[name] != nil, "list the outputs of \(name), or none")
    }
  }

  /// A record that every command can work on.
  static func record(_ index: Int) -> String {
    var text = JSONText()
    let hostile = texts[index % texts.count]
    text.raw("{\"id\":")
    text.string("\(hostile)\(index)")
    text.raw(",\"label\":\(index % 2),\"text\":")
    text.string(hostile + " of record \(index)")
    text.raw(",\"tokens\":")
    text.list([hostile, " a", " b", " c"]) { $0.string($1) }
    let values = (0..<3).map { "-\(1 + (index * 7 + $0 * 3) % 5).25" }.joined(separator: ",")
    let others = (0..<3).map { "-\(1 + (index * 3 + $0 * 5) % 7).75" }.joined(separator: ",")
    text.raw(",\"target\":{\"logprobs\":[\(values)],\"ranks\":[2,3,1]}")
    text.raw(",\"reference\":{\"logprobs\":[\(others)]}")
    text.raw(",\"continuations\":[{\"prefix_tokens\":1,\"text\":")
    text.string(hostile + " a b c")
    text.raw(",\"decoding\":")
    text.string(hostile)
    text.raw("}],\"meta\":{\"family\":")
    text.string(hostile)
    text.raw("}}\n")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  private static func evidence(_ folder: TemporaryFolder) throws -> String {
    let lines = (0..<4 * texts.count).map { record($0) }
    return try folder.write("=\u{1B}[2J@someone.jsonl", lines.joined())
  }

  @Test(arguments: outputs.values.flatMap { $0 }.sorted { $0.testDescription < $1.testDescription })
  func nothingComesOutRaw(_ output: Output) throws {
    let folder = try TemporaryFolder()
    let file = try Self.evidence(folder)
    var inputs = [file]
    if output.arguments[0] == "compare" {
      inputs.append(try folder.write("=b.jsonl", (0..<40).map { Self.record($0) }.joined()))
    }
    let outcome = try Program.run(output.arguments + inputs)
    #expect(outcome.status <= 1, "\(outcome.errors)")
    for text in [outcome.output, outcome.errors] {
      let harmful = text.unicodeScalars.filter { $0 != "\n" && SafeText.isHarmful($0) }
      #expect(harmful.isEmpty, "\(harmful.map { String($0.value, radix: 16) }.prefix(5))")
    }
    Self.check(outcome.output, output.kind)
  }

  @Test(arguments: VerdictFiles.Format.allCases)
  func verdictsComeOutSafely(_ format: VerdictFiles.Format) throws {
    let folder = try TemporaryFolder()
    let file = try Self.evidence(folder)
    var list = "id,verdict,note\n"
    for index in 0..<Self.texts.count {
      let hostile = Self.texts[index]
      list += CSVText.row(["\(hostile)\(index)", "leaked", hostile])
    }
    let notes = try folder.write("notes.csv", list)
    let environment = ["XDG_DATA_HOME": folder.path + "/data"]
    let added = try Program.run(
      ["verdicts", "import", "--from", notes, file], environment: environment)
    #expect(added.status == 0, "\(added.errors)")
    Self.check(added.output, .json)
    let outcome = try Program.run(
      ["verdicts", "export", "--format", format.rawValue, file], environment: environment)
    #expect(outcome.output.contains("someone"))
    Self.check(outcome.output, format == .csv ? .csv : .json)
  }

  /// Names of runs and models are somebody else's words as well.
  @Test(arguments: ReportFormat.allCases, [["--by", "epoch"], ["--against", "validation_loss"]])
  func trendsComeOutSafely(_ format: ReportFormat, _ more: [String]) throws {
    let folder = try TemporaryFolder()
    let scores = (0..<40).map { "s\($0),\($0 % 2),\(($0 * 7) % 11)\n" }.joined()
    var manifest = ""
    for (index, text) in Self.texts.enumerated() {
      try folder.write("\(index).csv", "id,label,ez\n" + scores)
      // What JSON writes between quotes is TOML as well.
      var words = JSONText()
      words.raw("name = ")
      words.string("\(text)\(index)")
      words.raw("\nmodel = ")
      words.string(text)
      manifest +=
        "[[run]]\n" + String(decoding: words.bytes, as: UTF8.self)
        + "\nmethod = \"\(index % 2 == 0 ? "full" : "lora")\"\nepoch = \(index % 3 + 1)\n"
        + "validation_loss = 1.\(index)\nscores = \"\(index).csv\"\n\n"
    }
    let experiment = try folder.write("experiment.toml", manifest)
    let outcome = try Program.run(
      ["trends", experiment, "--replicates", "200", "--format", format.rawValue] + more)
    #expect(outcome.status == 0 && outcome.output.contains("OWNED"), "\(outcome.errors)")
    #expect(!outcome.errors.unicodeScalars.contains { $0 != "\n" && SafeText.isHarmful($0) })
    let kind: Output.Kind =
      switch format {
      case .text: .plain
      case .json: .json
      case .markdown: .markdown
      case .csv: .csv
      }
    Self.check(outcome.output, kind)
  }

  @Test(arguments: ConvertCommand.Format.allCases)
  func evidenceComesOutExactly(_ format: ConvertCommand.Format) throws {
    let folder = try TemporaryFolder()
    let file = try Self.evidence(folder)
    let first = folder.path + "/out." + format.rawValue
    #expect(try Program.run(["convert", file, first]).status == 0)
    let back = try Program.run(["convert", first, "-"])
    #expect(back.status == 0)
    Self.check(back.output, .json)
    let ids = try back.output.split(separator: "\n").map {
      try Fixture.object(String($0))["id"] as? String
    }
    #expect(ids == (0..<4 * Self.texts.count).map { "\(Self.texts[$0 % Self.texts.count])\($0)" })
  }

  private static func check(_ text: String, _ kind: Output.Kind) {
    #expect(!text.unicodeScalars.contains { $0 != "\n" && SafeText.isHarmful($0) })
    switch kind {
    case .plain: break
    case .json: #expect(!text.isEmpty)
    case .html: #expect(PageCheck.problems(of: text).isEmpty)
    case .csv:
      for cell in cells(text) {
        let first = cell.unicodeScalars.first {
          $0 != " " && $0.properties.generalCategory != .spaceSeparator
        }
        guard let first, "=+-@＝＋－＠".unicodeScalars.contains(first) else { continue }
        #expect(Double(cell) != nil, "\(cell)")
      }
    case .markdown:
      let shown = text.replacing(#/\\./#, with: "")
      #expect(text.firstMatch(of: #/@\w/#) == nil && text.firstMatch(of: #/:\/\//#) == nil)
      #expect(!text.contains("www.") && !shown.contains("~~") && !shown.contains("<b>"))
    }
  }

  /// The cells of a table, also as a spreadsheet sees them that divides them by semicolons.
  private static func cells(_ text: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    for character in text.unicodeScalars {
      if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, character == "," || character == ";" || character == "\n" {
        cells.append(cell)
        cell = ""
      } else {
        cell.unicodeScalars.append(character)
      }
    }
    return cells + [cell]
  }
}
