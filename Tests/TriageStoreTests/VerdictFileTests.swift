import Basics
import ScoringCore
import Testing

@testable import TriageStore

@Suite struct VerdictFileTests {
  static let hostile = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n", "'=1", "''=1", "'tis", "'", " =1", "＝1",
    "a,b;c", "say \"hi\"", "\"", "two\nlines", "a\u{202E}b", "\u{1B}[2J", "nul\u{0}", "\\u{41}",
    "C:\\new\\u{zz}", "e\u{301}", "👩‍💻", " padded ", "\u{FEFF}bom", "{U+1}", "\u{2028}", "null",
    "\u{E0041}", "\\", "",
  ]

  @Test(arguments: VerdictFiles.Format.allCases)
  func hostileTextComesBackExactly(format: VerdictFiles.Format) {
    let records = Self.hostile.enumerated().map { index, text in
      VerdictRecord(
        id: "\(text)\(index)", verdict: Verdict.allCases[index % 4], note: text,
        time: Int64(index) * 99_999_999 - 1_000_000_000, author: text)
    }
    let text = VerdictFiles.write(records, as: format)
    let lines = format == .csv ? records.count + 1 : records.count
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == lines + 1)
    #expect(!text.unicodeScalars.contains { $0 != "\n" && SafeText.isHarmful($0) })
    for ending in ["\n", "\r\n"] {
      let bytes = Array(text.utf8.split(separator: 0x0A).joined(separator: Array(ending.utf8)))
      let result = VerdictFiles.read(bytes, as: format, file: "f")
      #expect(result == VerdictImport(records: records))
      #expect(
        result.records.map { Array($0.note?.utf8 ?? "".utf8) }
          == Self.hostile.map { Array($0.utf8) })
    }
  }

  @Test(arguments: ["=", "+", "-", "@", "\t", "\r", " =", "'="])
  func noCellRunsInASpreadsheet(start: String) throws {
    let text = VerdictFiles.write([VerdictRecord(id: start + "cmd", note: start)], as: .csv)
    let line = try #require(text.split(separator: "\n").last)
    #expect(line.hasPrefix("'") || line.hasPrefix("\"'"))
  }

  @Test func whatIsWrittenIsReadable() {
    let records = [VerdictRecord(id: "a", verdict: .leaked, note: "x", time: 1_772_366_400)]
    #expect(
      VerdictFiles.write(records, as: .csv)
        == "id,verdict,note,time,author\na,leaked,x,2026-03-01T12:00:00Z,\n")
    #expect(
      VerdictFiles.write(records, as: .jsonl)
        == #"{"id":"a","verdict":"leaked","note":"x","time":"2026-03-01T12:00:00Z","author":""}"#
        + "\n")
  }

  @Test func foreignTablesAreRead() {
    let text = "\u{FEFF}Verdict;ID;colour\r\nLEAKED;a;red\r\n \t;b;\r\nunsure;\"c\r\nd\";\"x\"\r\n"
    let result = VerdictFiles.read(Array(text.utf8), as: .csv, file: "f")
    #expect(result.records.map(\.id) == ["a", "b", "c\r\nd"])
    #expect(result.records.map(\.verdict) == [.leaked, .unjudged, .unsure])
    #expect(result.ignoredColumns == ["colour"] && result.defects.isEmpty)
  }

  @Test(arguments: [
    ("", VerdictFiles.Format.csv, "f:1: the file is empty"),
    ("name,verdict\na,leaked\n", .csv, "f:1: no column id"),
    ("id,verdict\na,maybe\n", .csv, "f:2: verdict: maybe is none"),
    ("id,verdict\n\n,leaked\n", .csv, "f:3: id: missing"),
    ("id,verdict\na,leaked,x\n", .csv, "f:2: 3 cells under 2 columns"),
    ("id,note\n\"a\nb\",\"x\n", .csv, "f:2: a quote is never closed"),
    ("id,verdict,time\na,leaked,yesterday\n", .csv, "f:2: time: yesterday"),
    ("id,verdict,time\na,leaked,2026-02-29T00:00:00Z\n", .csv, "f:2: time: 2026-02-29"),
    ("id,verdict\na,leaked\na,benign\n", .csv, "f:3: id: a is in the file already"),
    ("[]", .jsonl, "f:1: not an object"), ("\n{\"id\":1}", .jsonl, "f:2: not an object"),
    ("{\"verdict\":\"leaked\"}", .jsonl, "f:1: id: missing"),
    ("{\"id\":\"a\",\"verdict\":\"\u{1B}\"}", .jsonl, "f:1: not an object"),
    ("{\"id\":\"a\",\"verdict\":\"\\u001b[2J\"}", .jsonl, "f:1: verdict: ⟨1B⟩[2J"),
  ])
  func defectsNameTheirLine(text: String, format: VerdictFiles.Format, start: String) {
    let result = VerdictFiles.read(Array(text.utf8), as: format, file: "f")
    #expect(result.defects.count == 1 && result.defects[0].hasPrefix(start), "\(result.defects)")
  }

  @Test func timesOfManyCenturiesComeBack() {
    for seconds in stride(from: Int64(-62_167_219_200), to: 253_402_300_799, by: 86_399_999) {
      #expect(Timestamp.seconds(Timestamp.text(seconds)) == seconds)
    }
    #expect(Timestamp.text(.max) == "\(Int64.max)" && Timestamp.text(-1) == "1969-12-31T23:59:59Z")
  }

  @Test(arguments: [
    (VerdictMerge.Policy.keep, "leaked mine|benign |unsure |benign new|none new|leaked mine"),
    (.newest, "leaked mine|benign |leaked |benign new|none new|leaked mine"),
    (.replace, "benign theirs|benign |leaked |benign new|none new|none "),
  ])
  func mergingFollowsThePolicy(policy: VerdictMerge.Policy, expected: String) throws {
    func entry(_ id: String, _ judgement: Judgement) -> (String, VerdictStore.Entry) {
      let change = TriageChange(id: id, from: .none, to: judgement, by: "me", at: 100)
      return (id, VerdictStore.Entry(change: change, origin: .mark))
    }
    let stored = Dictionary(uniqueKeysWithValues: [
      entry("older", Judgement(.leaked, note: "mine")), entry("same", Judgement(.benign)),
      entry("later", Judgement(.unsure)), entry("gains", Judgement(.benign)),
      entry("cleared", Judgement(.leaked, note: "mine")),
    ])
    let records = [
      VerdictRecord(id: "older", verdict: .benign, note: "theirs", time: 50),
      VerdictRecord(id: "same", verdict: .benign),
      VerdictRecord(id: "later", verdict: .leaked, time: 150),
      VerdictRecord(id: "gains", verdict: .benign, note: "new"),
      VerdictRecord(id: "fresh", note: "new"),
      VerdictRecord(id: "cleared", verdict: .unjudged, note: "", time: 50),
      VerdictRecord(id: "stranger", verdict: .leaked),
    ]
    let merge = VerdictMerge(
      records, into: stored, policy: policy, by: "file", at: 200, isKnown: { $0 != "stranger" })
    var after = stored.mapValues(\.change.new)
    for change in merge.step?.changes ?? [] { after[change.id] = change.new }
    let found = records.dropLast().map { record -> String in
      let judgement = after[record.id] ?? .none
      return "\(judgement.verdict.name) \(judgement.note)"
    }
    #expect(found.joined(separator: "|") == expected)
    #expect(merge.unknown == ["stranger"] && merge.added == 2)
    #expect(merge.conflicts.count == (policy == .replace ? 3 : 2))
    #expect(merge.same == (policy == .replace ? 1 : 2))
  }
}
