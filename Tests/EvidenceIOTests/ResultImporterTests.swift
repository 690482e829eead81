import Basics
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// What every reader of other tools' results must hold: what is whole is read, what is cut or
/// damaged says so, and nothing ends in a trap.
@Suite("Results of other tools as any other input")
struct ResultImporterTests {
  /// A file as a tool writes it, of four sequences with the labels 1, 0, 1, 0 and one score each.
  enum Tool: String, CaseIterable {
    case leakPro, mimir, detectPretrain, pandas, spreadsheet, lists, keyed

    var name: String {
      switch self {
      case .leakPro: "result.json"
      case .mimir: "loss_results.json"
      case .detectPretrain, .lists: "scores.jsonl"
      case .keyed: "scores.json"
      case .pandas, .spreadsheet: "scores.csv"
      }
    }

    var content: String {
      switch self {
      case .leakPro:
        #"{"result_name":"rmia","roc_auc":0.5,"signal_values":[2.5,1.25,0.5,0.25],"#
          + #""true_labels":[1,0,1,0],"config":{"name":"rmia"}}"#
      case .mimir:
        #"{"name":"loss_threshold","predictions":{"member":[2.5,0.5],"nonmember":[1.25,0.25]},"#
          + #""info":{"n_samples":2},"metrics":{"roc_auc":0.75}}"#
      case .detectPretrain:
        [(2.5, 1), (1.25, 0), (0.5, 1), (0.25, 0)].map { value, label in
          #"{"input":"a text of \#(value)","label":\#(label),"pred":{"ppl":\#(value)}}"#
        }.joined(separator: "\n")
      case .pandas: ",id,label,score\n0,a,1,2.5\n1,b,0,1.25\n2,c,1,0.5\n3,d,0,0.25\n"
      case .spreadsheet: "id;label;score\na;WAHR;2,5\nb;FALSCH;1,25\nc;WAHR;0,5\nd;FALSCH;0,25\n"
      case .lists:
        #"[{"id":1,"label":true,"score":2.5},{"id":2,"label":false,"score":1.25},"#
          + #"{"id":3,"label":true,"score":0.5},{"id":4,"label":false,"score":0.25}]"#
      case .keyed:
        #"{"a":{"label":1,"score":2.5},"b":{"label":0,"score":1.25},"#
          + #""c":{"label":1,"score":0.5},"d":{"label":0,"score":0.25}}"#
      }
    }
  }

  private func scores(_ bytes: [UInt8], _ tool: Tool) throws -> (ScoreTable, IngestNotes) {
    let folder = try TemporaryFolder()
    let opened = try ExperimentReader.open(try folder.write(tool.name, bytes))
    guard case .scores(let table) = try #require(opened.experiment.runs.first) else {
      throw IngestError(file: tool.name, "is not read as scores")
    }
    return (table, opened.notes)
  }

  @Test("every row and label is read, and written again as it was", arguments: Tool.allCases)
  func read(_ tool: Tool) throws {
    let (table, _) = try scores(Array(tool.content.utf8), tool)
    let values = try #require(table.columns.first).values
    #expect(values.sorted() == [0.25, 0.5, 1.25, 2.5], "\(tool) \(values)")
    let members = zip(values, table.labels).filter { $0.1 == .member }.map(\.0).sorted()
    #expect(members == [0.5, 2.5] && !table.labels.contains(.unknown), "\(tool)")
    let folder = try TemporaryFolder()
    for name in ["x.csv", "x.jsonl"] {
      var file = try ScoreFileWriter(
        name.hasSuffix("csv") ? .csv : .jsonl, to: folder.path + "/" + name,
        attacks: ScoreColumns.names([table]))
      try file.write(table)
      try file.commit()
      let again = try ExperimentReader.open(folder.path + "/" + name).experiment.runs.first
      guard case .scores(let other) = try #require(again) else { continue }
      #expect(other.columns.first?.values == values && other.labels == table.labels)
    }
  }

  @Test(
    "a file that ends too soon gives what was whole, or says where it ends",
    arguments: Tool.allCases)
  func truncated(_ tool: Tool) throws {
    let whole = Array(tool.content.utf8)
    for cut in 1..<whole.count - 1 {
      let error = failure {
        let (table, notes) = try scores(Array(whole[..<cut]), tool)
        #expect(table.count <= 4)
        // What was not read is missing at the end, or named.
        #expect(
          table.count < 4 || !notes.defects.isEmpty || tool == .pandas || tool == .spreadsheet)
      }
      if let error { #expect(!error.problem.isEmpty) }
    }
  }

  @Test(
    "a text where a number belongs is named, and never another column", arguments: Tool.allCases)
  func wrongTypes(_ tool: Tool) throws {
    let number = tool == .spreadsheet ? "1,25" : "1.25"
    let word = [.pandas, .spreadsheet].contains(tool) ? "much" : #""much""#
    var said = ""
    let error = failure {
      let (table, notes) = try scores(
        Array(tool.content.replacing(number, with: word).utf8), tool)
      #expect(table.count <= 3 || table.columns.first?.statuses.contains { !$0.isDefined } == true)
      said =
        notes.defects.listed.map(\.description).joined()
        + notes.warnings.map(\.description).joined()
    }
    said += error?.description ?? ""
    #expect(!said.isEmpty, "\(tool)")
  }

  @Test("damaged results never end in a trap", arguments: Tool.allCases)
  func fuzzed(_ tool: Tool) throws {
    var random = SplitMix64(seed: 4_711)
    for _ in 0..<150 {
      let bytes = FuzzTests.mutated(Array(tool.content.utf8), &random)
      let error = failure { _ = try scores(bytes, tool) }
      if let error { #expect(!error.problem.isEmpty) }
    }
  }
}
