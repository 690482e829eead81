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
      ("", "is empty"), ("a,b\n1,2\n", "no such column"), ("id,t\na,x\n", "no column of numbers"),
      ("id,s\n", "no rows"), ("id,s,s\na,1,2\n", "two columns"), ("id,s\n\"a,1\n", "does not end"),
    ])
  func errors(_ text: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.csv", text)
    #expect(failure { _ = try ScoresCSVReader.read(path) }?.description.contains(words) == true)
  }
}
