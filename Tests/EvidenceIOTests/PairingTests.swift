import Foundation
import Glibc
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Dumps of two models")
struct PairingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// One answer of vLLM a list of tokens; without an id unless one is given.
  private func dump(_ name: String, _ records: [(id: String, tokens: [Int])], shift: Double = 0)
    throws -> String
  {
    let lines = records.map { record in
      let entries = record.tokens.dropFirst().map {
        #"{"\#($0)":{"logprob":\#(-Double($0) / 8 - shift),"rank":2,"decoded_token":"w\#($0)"}}"#
      }
      let id = record.id.isEmpty ? "" : #""id":"\#(record.id)","#
      let list = (["null"] + entries).joined(separator: ",")
      return #"{\#(id)"prompt":"text \#(record.tokens)","prompt_token_ids":\#(record.tokens),"#
        + #""prompt_logprobs":[\#(list)]}"#
    }
    return try folder.write(name, lines.joined(separator: "\n"))
  }

  private func open(
    _ targets: [String], _ references: [String], members: [String] = [], nonMembers: [String] = []
  ) throws -> (table: EvidenceTable, notes: IngestNotes) {
    var sources = EvidenceSources([])
    sources.targets = targets
    sources.references = references
    sources.members = members
    sources.nonMembers = nonMembers
    let opened = try ExperimentReader.open(sources)
    guard case .evidence(let table) = try #require(opened.experiment.runs.first) else {
      throw POSIXError(.EINVAL)
    }
    return (table, opened.notes)
  }

  private static let plain: [(id: String, tokens: [Int])] = [
    ("", [1, 2, 3]), ("", [1, 5, 6, 7]), ("", [1, 2, 3]),
  ]

  @Test("sequences without ids are paired by their tokens, in any order, repeated ones in turn")
  func byTokens() throws {
    let target = try dump("t.jsonl", Self.plain)
    let reference = try dump("r.jsonl", [Self.plain[1], Self.plain[0], Self.plain[2]], shift: 1)
    let (table, notes) = try open([target], [reference])
    let chunk = try #require(table.chunks.first)
    #expect(table.count == 3 && (0..<3).map { table.id($0) } == ["1", "2", "3"])
    let shifts = zip(
      try #require(chunk.columns.target.logprobs?.array),
      try #require(chunk.columns.reference.logprobs?.array)
    ).map { $0 - $1 }
    #expect(shifts == [Float](repeating: 1, count: 7) && notes.defects.isEmpty)
    #expect(table.run.name == "t" && table.run.reference == "r")
  }

  @Test(
    "misaligned pairs are refused with the first difference",
    arguments: [
      // A beginning-of-text token in one of them only.
      (
        ["", "", ""], [[9, 1, 2, 3], [9, 1, 5, 6, 7], [9, 1, 2, 3]], "position 0: token 9 where"
      ),
      (["", "", ""], [[1, 2, 3], [1, 5, 8, 7], [1, 2, 3]], "position 2: token 8 \"w8\" where"),
      (
        ["", "", ""], [[1, 2, 3], [1, 5], [1, 2, 3]], "position 2: the end after 2 tokens where"
      ),
      (
        ["a", "b", "c"], [[1, 2, 3], [1, 5, 8, 7], [1, 2, 3]], "first at \"b\", position 2: token 8"
      ),
      (
        ["a", "b", "c"], [[1, 2, 3], [1, 5, 6], [1, 2, 3]], "\"b\", position 3: the end after 3"
      ),
    ])
  func misaligned(_ ids: [String], _ tokens: [[Int]], _ words: String) throws {
    let target = try dump("t.jsonl", zip(ids, Self.plain).map { ($0, $1.tokens) })
    let reference = try dump("r.jsonl", zip(ids, tokens).map { ($0, $1) })
    let error = failure { _ = try open([target], [reference]) }?.description ?? "none"
    #expect(
      error.contains(words) && error.contains("t.jsonl") && error.contains("r.jsonl"), "\(error)")
    #expect(error.contains("one tokenizer"))
  }

  @Test("sequences that only one of the files has are left out and counted")
  func unmatched() throws {
    let target = try dump("t.jsonl", Self.plain)
    let reference = try dump("r.jsonl", [Self.plain[1]])
    let (table, notes) = try open([target], [reference])
    #expect(table.count == 1 && notes.defects.counts == [.unmatchedID: 2])
  }

  @Test("files of one side are put together, and label what they hold")
  func severalFiles() throws {
    let (members, others) = (
      try dump("in.jsonl", [Self.plain[0]]), try dump("out.jsonl", [Self.plain[1]])
    )
    let reference = try dump("r.jsonl", Array(Self.plain.prefix(2)))
    let (table, _) = try open(
      [members, others], [reference], members: [members], nonMembers: [others])
    #expect(table.labels == [.member, .nonMember])
    #expect(table.id(0) == "in/1" && table.id(1) == "out/1")
    let named = try dump("named.jsonl", [("a", [1, 2]), ("b", [1, 3])])
    let again = try dump("again.jsonl", [("b", [1, 3]), ("c", [1, 4])])
    let (joined, notes) = try open([named, again], [])
    #expect(joined.count == 3 && notes.defects.counts == [.duplicateID: 1])
  }

  @Test("folders of dumps, of texts, lists of ids and tables all label")
  func labels() throws {
    let named: [(id: String, tokens: [Int])] = [("a", [1, 2]), ("b", [1, 3]), ("c", [1, 4])]
    let target = try dump("t.jsonl", named)
    for name in ["in", "out"] {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/" + name, withIntermediateDirectories: true)
    }
    let expected: [Label] = [.member, .nonMember, .unknown]
    for (list, other) in [
      (try folder.write("m.txt", "a\r\n\n"), try folder.write("n.txt", "b")),
      (try folder.write("mt.txt", "x\ntext [1, 2]"), try folder.write("nt.txt", "text [1, 3]")),
      (try folder.write("m.csv", "id,x\na,1\n"), try folder.write("n.csv", "text,id\n?,b\n")),
      (
        try folder.write("m.jsonl", #"{"id":"a"}"#),
        try folder.write("n.jsonl", #"{"text":" text [1, 3]\n"}"#)
      ),
      (try dump("md.jsonl", [("a", [1, 2])]), try dump("nd.jsonl", [("b", [1, 3])])),
    ] {
      let (table, notes) = try open([target], [], members: [list], nonMembers: [other])
      #expect(table.labels == expected, "\(list)")
      #expect(notes.warnings.contains { $0.message.contains("1 of 3 sequences are in none") })
    }
    _ = try folder.write("in/x.txt", "text [1, 2]")
    _ = try folder.write("out/b.txt", "other words")
    let (texts, _) = try open(
      [target], [], members: [folder.path + "/in"], nonMembers: [folder.path + "/out"])
    #expect(texts.labels == expected)
    unlink(folder.path + "/in/x.txt")
    unlink(folder.path + "/out/b.txt")
    _ = try dump("in/d.jsonl", [("", [1, 2])])
    _ = try dump("out/e.jsonl", [("", [1, 3])])
    let folders = [folder.path + "/in", folder.path + "/out/"]
    let (dumps, _) = try open(folders, [], members: [folders[0]], nonMembers: [folders[1]])
    #expect(dumps.labels == [.member, .nonMember])
  }

  @Test("lists that contradict each other or name nothing are errors")
  func wrongLists() throws {
    let target = try dump("t.jsonl", [("a", [1, 2])])
    let list = try folder.write("m.txt", "a")
    let error = failure { _ = try open([target], [], members: [list], nonMembers: [list]) }
    #expect(error?.problem.contains("among the members and the non-members") == true)
    let strange = try folder.write("s.txt", "z")
    let none = failure { _ = try open([target], [], members: [strange]) }
    #expect(none?.description.contains("names none of the 1 sequences") == true)
    #expect(none?.remedy.contains("\"a\"") == true)
    #expect(failure { _ = try open([], [target]) }?.problem.contains("without a target") == true)
  }

  @Test("a manifest takes dumps as a run's files and as a reference's")
  func manifest() throws {
    _ = try dump("t.jsonl", Self.plain)
    _ = try dump("r.jsonl", Self.plain.reversed(), shift: 1)
    let manifest = """
      [[reference]]
      name = "base"
      files = ["r.jsonl"]
      [[run]]
      name = "full"
      reference = "base"
      files = ["t.jsonl"]
      [[run]]
      name = "itself"
      reference = "base"
      files = ["r.jsonl"]
      """
    _ = try folder.write("experiment.toml", manifest)
    let opened = try ExperimentReader.open(folder.path)
    let tables = opened.experiment.runs.compactMap { source -> EvidenceTable? in
      if case .evidence(let table) = source { table } else { nil }
    }
    #expect(tables.map(\.count) == [3, 3])
    let available = try #require(tables.first).available
    #expect(available.isSuperset(of: [.target, .reference, .targetRanks]))
    let same = try #require(tables.last?.chunks.first).columns
    #expect(
      same.target.logprobs?.isIdentical(to: try #require(same.reference.logprobs)) == true)
  }

  @Test("samples of other questions are not paired")
  func harness() throws {
    func samples(_ name: String, _ text: String) throws -> String {
      try folder.write(
        name,
        #"{"doc_id":0,"arguments":[["","\#(text)"]],"resps":[[["-12.5","False"]]],"filtered_resps":[]}"#
      )
    }
    let (target, reference) = (try samples("t.jsonl", "a"), try samples("r.jsonl", "b"))
    var sources = EvidenceSources([])
    sources.targets = [target]
    sources.references = [reference]
    #expect(
      failure { _ = try ExperimentReader.open(sources) }?.problem.contains("first at doc_id")
        == true)
    guard case .scores(let table) = try ExperimentReader.open(target).experiment.runs[0] else {
      return
    }
    #expect(table.column("loss-sum")?.values == [-12.5] && table.column("no-errors")?.values == [0])
    let rolling = try folder.write(
      "roll.jsonl", #"{"doc_id":0,"arguments":[["ab"]],"filtered_resps":["-3"]}"#)
    guard case .scores(let whole) = try ExperimentReader.open(rolling).experiment.runs[0] else {
      return
    }
    #expect(whole.columns.map(\.attack) == ["loss-sum", "loss-per-byte"])
    #expect(whole.columns[1].values == [-1.5])
    let words = try folder.write("gen.jsonl", #"{"doc_id":0,"resps":[["a word"]]}"#)
    #expect(
      failure { _ = try ExperimentReader.open(words) }?.remedy.contains("loglikelihood") == true)
  }

  @Test("a LeakPro result gives its signals and labels")
  func leakPro() throws {
    let path = try folder.write(
      "r.json",
      #"{"result_name":"ez","result_type":"MIAResult","tpr":[0.5],"roc_auc":0.8,"#
        + #""signal_values":[[0.5],[-1e3]],"true_labels":[true,0]}"#)
    guard case .scores(let table) = try ExperimentReader.open(path).experiment.runs[0] else {
      return
    }
    #expect(table.columns.map(\.attack) == ["ez"] && table.columns[0].values == [0.5, -1000])
    #expect(table.labels == [.member, .nonMember])
    let cut = try folder.write(
      "c.json", #"{"result_name":"p","roc_auc":0.8,"signal_values":null,"true_labels":[1]}"#)
    #expect(
      failure { _ = try ExperimentReader.open(cut) }?.remedy.contains("signal_values") == true)
  }
}
