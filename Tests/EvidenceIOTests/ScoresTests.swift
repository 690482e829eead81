import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Score files")
struct ScoresTests {
  private static let ids = ["=1+1", "'=x", "-5", "'plain", "a,\"b\"\nc", "@x", "ok"]

  private static var table: ScoreTable {
    var zones = ZoneColumns()
    zones.up = [1.5, 22.25, 3, 0, 0, 1, 0.1]
    zones.down = [0.5, 0, 0, 0, 0, 1, 0.3]
    zones.errors = [2, 17, 0, 1, 3, 2, 9]
    let statuses: [ScoreStatus] = [
      .ordinary, .forcedN0, .forcedNoErrors, .insufficient, .noMovement, .ordinary, .ordinary,
    ]
    let ez = ScoreColumn(
      attack: "ez", values: [3, 22.25, .infinity, 0, .nan, 1, 0.1 / 0.3], statuses: statuses,
      zones: zones)
    let loss = ScoreColumn(
      attack: "min-k:k=20", values: [-1, -2, -.infinity, .nan, -1e-300, 0, 5],
      statuses: [.ordinary, .ordinary, .ordinary, .undefined, .ordinary, .ordinary, .ordinary])
    return ScoreTable(
      run: Run(name: "=r"), ids: TextColumn(ids),
      labels: [.member, .nonMember, .unknown, .member, .member, .nonMember, .member],
      columns: [ez, loss])
  }

  private func describe(_ table: ScoreTable) -> String {
    let columns = table.columns.map {
      "\($0.attack) \($0.values) \($0.statuses) \($0.zones?.up ?? []) \($0.zones?.down ?? []) \($0.zones?.errors ?? [])"
    }
    return "\(table.run.name) \((0..<table.count).map { table.ids[$0] }) \(table.labels) \(columns)"
  }

  @Test("what is written is read back", arguments: ["x.csv", "x.csv.gz", "x.jsonl", "x.jsonl.gz"])
  func roundTrip(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + name
    let file: ScoreFile
    if name.contains("csv") {
      try ScoresCSVWriter.write([Self.table], to: path)
      file = try ScoresCSVReader.read(path)
    } else {
      try ScoresJSONLWriter.write([Self.table], to: path)
      file = try ScoresJSONLReader.read(path)
    }
    #expect(file.tables.map(describe) == [describe(Self.table)] && file.notes.defects.isEmpty)
  }

  @Test("no written text field begins like a formula")
  func formulas() throws {
    let folder = try TemporaryFolder()
    try ScoresCSVWriter.write([Self.table], to: folder.path + "/x.csv")
    let text = String(decoding: try folder.read("x.csv"), as: UTF8.self)
    #expect(
      text.hasPrefix(
        "run,id,label,ez,ez_class,ez_up,ez_down,ez_errors,min-k:k=20\n'=r,'=1+1,member,3.0,ordinary,1.5,0.5,2,-1.0\n"
      ))
    #expect(
      text.contains("'=r,''=x,") && text.contains("'=r,'-5,")
        && text.contains(",\"a,\"\"b\"\"\\u{A}c\","))
  }

  @Test("foreign tables need an id and a number")
  func foreign() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "f.csv", "\u{FEFF}note,ID,Member,score\r\nx,\"a\",1,0.5\r\ny,b,0,\r\nz,c,, inf\r\n")
    let table = try #require(try ScoresCSVReader.read(path).tables.first)
    #expect(table.labels == [.member, .nonMember, .unknown] && table.run.name == "f")
    #expect(
      table.columns.map(\.attack) == ["score"]
        && table.columns[0].statuses == [.ordinary, .undefined, .ordinary])
  }

  @Test(
    "bad rows are left out and named, good ones kept",
    arguments: [
      ("b,member", Defect.Kind.length), (",member,1", .missing), ("b,maybe,1", .value),
      ("b,member,abc", .type), ("a,member,1", .duplicateID),
    ])
  func defects(_ row: String, _ kind: Defect.Kind) throws {
    let folder = try TemporaryFolder()
    let file = try ScoresCSVReader.read(
      try folder.write("x.csv", "id,label,s\na,member,1\n\(row)\nz,,2\n"))
    #expect(file.notes.defects.counts == [kind: 1] && file.tables.first?.count == 2)
    #expect(file.notes.defects.listed.first?.place == .line(3))
  }

  @Test(
    "unusable tables are errors",
    arguments: [
      ("", "is empty"), ("a,b\n1,2\n", "neither such a column"),
      ("id,t\na,x\n", "no column of numbers"),
      ("s0,1,0.5\ns1,0,0.25\n", "no header"),
      ("method,auroc,fpr95\nloss,0.7,0.9\n", "finished figures"),
      ("dataset,metric,value,seed\nag,auc,0.7,1\n", "finished figures"),
      ("id,label,s\na,1,\"1,234\"\nb,0,\"2,345\"\n", "cannot be told whether commas"),
      ("id,s\n", "no rows"), ("id,s,s\na,1,2\n", "two columns"), ("id,s\n\"a,1\n", "does not end"),
    ])
  func errors(_ text: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.csv", text)
    #expect(failure { _ = try ScoresCSVReader.read(path) }?.description.contains(words) == true)
  }

  /// The scores of the first column, by id.
  private func scores(_ text: String, _ name: String = "x.csv", _ columns: String? = nil) throws
    -> [String]
  {
    let folder = try TemporaryFolder()
    var sources = EvidenceSources([try folder.write(name, text)])
    sources.columns = columns.flatMap(ColumnMapping.init) ?? ColumnMapping()
    guard case .scores(let table) = try ExperimentReader.open(sources).experiment.runs.first else {
      return []
    }
    return (0..<table.count).map { row in
      let score = table.columns[0][row]
      let value = score.status.isDefined ? score.value.description : score.status.name
      return "\(table.ids[row]) \(table.labels[row].name) \(value)"
    }
  }

  private static let expected = ["a member 0.25", "b non-member -1.5"]

  @Test(
    "one table, however it is written",
    arguments: [
      "id,label,score\na,1,0.25\nb,0,-1.5\n", "id;label;score\na;1;0,25\nb;0;-1,5\n",
      "id\tlabel\tscore\na\t1\t0.25\nb\t0\t-1.5\n", "sep=;\nid;label;score\na;1;0,25\nb;0;-1,5\n",
      "id|label|score\na|1|0.25\nb|0|-1.5\n", "\u{FEFF}id,label,score\r\na,1,0.25\r\nb,0,-1.5\r\n",
      "id,label,score\ra,1,0.25\rb,0,-1.5\r", "id,label,score\na,1,\"0,25\"\nb,0,\"-1,5\"\n",
      "id,label,score\na,1,25%\nb,0,-150 %\n", "ID, Is Member ,score\na,TRUE,0.25\nb,FALSE,-1.5\n",
      "sample_id,in_train,score,notes\na,yes,+0.25,x\nb,no,\u{2212}1.5,y\n",
      "label,score\n\"a\",1,0.25\n\"b\",0,-1.5\n", ",id,label,score\n0,a,1,0.25\n1,b,0,-1.5\n",
      "Unnamed: 0,id,label,score,text\n0,a,in,0.25,t\n1,b,out,-1.5,u\n",
    ])
  func spellings(_ text: String) throws { #expect(try scores(text) == Self.expected) }

  @Test("UTF-16 of either order is read", arguments: [true, false])
  func wide(_ isBigEndian: Bool) throws {
    let units = Array("\u{FEFF}id,label,score\r\na,1,0.25\r\nb,0,-1.5\r\né😀,1,2\r\n".utf16)
    let bytes = units.flatMap { unit in
      isBigEndian
        ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    }
    let folder = try TemporaryFolder()
    let file = try ScoresCSVReader.read(try folder.write("x.csv", bytes))
    #expect(file.tables.first.map { [$0.ids[0], $0.ids[2]] } == ["a", "é😀"])
  }

  @Test(
    "the same rows in JSON, however a library nests them",
    arguments: [
      #"{"id":"a","label":1,"score":0.25,"text":"t"}"# + "\n"
        + #"{"id":"b","label":0,"score":-1.5,"text":"u"}"#,
      #"[{"id":"a","is_member":true,"score":"0.25"},{"id":"b","is_member":false,"score":-1.5}]"#,
      #"{"a":{"label":1,"score":0.25},"b":{"label":0,"score":-1.5}}"#,
      #"{"id":{"0":"a","1":"b"},"label":{"0":1,"1":0},"score":{"0":0.25,"1":-1.5}}"#,
      #"{"id":["a","b"],"label":[1,0],"score":[0.25,-1.5],"auc":[1]}"#,
      #"{"columns":["id","label","score"],"index":[0,1],"data":[["a",1,0.25],["b",0,-1.5]]}"#,
      #"{"columns":["label","score"],"index":["a","b"],"data":[[1,0.25],[0,-1.5]]}"#,
      #"{"member":[{"id":"a","score":0.25}],"nonmember":[{"id":"b","score":-1.5}]}"#,
      #"{"id":"a","label":1,"pred":{"score":0.25}}"# + "\n"
        + #"{"id":"b","label":0,"pred":{"score":-1.5}}"#,
    ])
  func nested(_ text: String) throws {
    for name in ["x.json", "x.jsonl"] {
      #expect(try scores(text, name) == Self.expected, "\(name)")
    }
  }

  @Test("classes as lists are numbered, scores by id have no labels")
  func lists() throws {
    #expect(
      try scores(#"{"member":[0.25,1],"non_member":[-1.5]}"#, "x.json")
        == ["member-1 member 0.25", "member-2 member 1.0", "non_member-1 non-member -1.5"])
    #expect(try scores(#"{"a":0.25,"b":-1.5,"c":null}"#, "x.json")[2] == "c unknown undefined")
    #expect(try scores("label,score\n1,0.25\n", "x.csv") == ["1 member 0.25"])
  }

  @Test("columns are what a user says they are")
  func mapped() throws {
    let text = "doc,in_set,ppl,loss\na,1,-0.25,9\nb,0,1.5,9\n"
    #expect(
      try scores(text, "x.csv", "id=doc,label=in_set,score=ppl:negated") == Self.expected)
    let line = #"{"doc":"a","in_set":1,"ppl":-0.25}"# + "\n" + #"{"doc":"b","in_set":0,"ppl":1.5}"#
    #expect(
      try scores(line, "x.jsonl", "id=doc,label=in_set,score=ppl:negated") == Self.expected)
    #expect(try scores("id,label,ppl:negated\na,1,-0.25\nb,0,1.5\n") == Self.expected)
    for wrong in ["label", "label=", "colour=x", "label=a,label=b", "id=a:negated"] {
      #expect(ColumnMapping(wrong) == nil || wrong == "label=", "\(wrong)")
    }
    #expect(
      failure { _ = try scores(text, "x.csv", "label=member") }?.problem.contains("no such column")
        == true)
  }

  @Test(
    "whatever stands for nothing is undefined, in every format",
    arguments: ColumnNames.undefined.sorted())
  func undefined(_ word: String) throws {
    for spelled in Set([word, word.uppercased()]) where !spelled.contains("\"") {
      let csv = "id,label,score\nz,1,\(spelled)\na,1,0.25\nb,0,-1.5\n"
      #expect(try scores(csv) == ["z member undefined"] + Self.expected, "\(spelled)")
      let json =
        #"{"id":"z","label":1,"score":"\#(spelled)"}"# + "\n"
        + #"{"id":"a","label":1,"score":0.25}"#
        + "\n" + #"{"id":"b","label":0,"score":-1.5}"#
      #expect(try scores(json, "x.jsonl") == ["z member undefined"] + Self.expected, "\(spelled)")
    }
  }

  @Test("every spelling of a label is read", arguments: [Label.member, .nonMember, .unknown])
  func labels(_ label: Label) throws {
    for word in ColumnNames.labels[label] ?? [] {
      #expect(
        try scores("id,label,score\na,\(word),1\n") == ["a \(label.name) 1.0"], "\(word)")
    }
  }

  @Test("rows of one id are summed up only when asked", arguments: RowAggregate.allCases)
  func aggregated(_ aggregate: RowAggregate) throws {
    let text = "id,label,token,logprob\na,1,x,-1\na,1,y,-3\nb,0,x,-2\nb,0,y,\n"
    let folder = try TemporaryFolder()
    let path = try folder.write("x.csv", text)
    #expect(
      failure { _ = try ExperimentReader.open(path) }?.problem.contains("one row a token") == true)
    var sources = EvidenceSources([path])
    sources.aggregate = aggregate
    guard case .scores(let table) = try ExperimentReader.open(sources).experiment.runs[0] else {
      return
    }
    let wanted: [RowAggregate: Double] = [.mean: -2, .sum: -4, .min: -3, .max: -1]
    #expect(table.columns[0].values == [wanted[aggregate] ?? 0, -2])
    sources = EvidenceSources([try folder.write("y.csv", "id,label,s\na,1,1\na,0,2\n")])
    sources.aggregate = aggregate
    #expect(failure { _ = try ExperimentReader.open(sources) }?.field == "label")
  }

  @Test("blanks around an id belong to it only in quotes")
  func blanks() throws {
    let table = try #require(
      scoreFile("id , label , score ,\n a , 1 , 0.5 ,\n\" b \",0,0.25,\n").tables.first)
    #expect((0..<2).map { table.ids[$0] } == ["a", " b "])
    #expect(table.labels == [.member, .nonMember])
  }

  @Test("an id that is no UTF-8 is a defect with its line, and never another id")
  func undecodable() throws {
    let folder = try TemporaryFolder()
    let bytes = Array("id,label,score\ncaf".utf8) + [0xE9] + Array(",1,0.5\nb,0,0.25\n".utf8)
    let file = try ScoresCSVReader.read(try folder.write("x.csv", bytes))
    #expect(file.tables.first?.count == 1)
    let defect = try #require(file.notes.defects.listed.first)
    #expect(defect.place == .line(2) && defect.field == "id")
    #expect(defect.description.contains("UTF-8"))
  }

  @Test(
    "labels of 1 and -1 are read as unknown with a warning, unless there is a 0",
    arguments: [("a,1,2\nb,-1,1\n", true), ("a,1,2\nb,-1,1\nc,0,1\n", false)])
  func minusOnes(_ rows: String, _ warns: Bool) throws {
    let file = try scoreFile("id,label,score\n" + rows)
    #expect(file.tables.first?.labels[1] == .unknown)
    #expect(file.notes.warnings.contains { $0.description.contains("-1") } == warns)
  }

  private func scoreFile(_ text: String) throws -> ScoreFile {
    let folder = try TemporaryFolder()
    return try ScoresCSVReader.read(try folder.write("x.csv", text))
  }
}
