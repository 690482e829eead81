import Analysis
import EvidenceIO
import FoundationEssentials
import Glibc
import Reports
import ScoringCore
import TriageStore

/// A report with what it takes to check it, as one archive.
///
/// `evidence/` opens as an experiment: every score behind the figures, under hashed ids and without
/// any text. `manifest.json` has the hash of every other file.
struct AuditBundle {
  /// The names of the archive's files.
  enum Name {
    static let manifest = "manifest.json"
    static let json = "report.json"
    static let html = "report.html"
    static let markdown = "report.md"
    static let verdicts = "verdicts.jsonl"
    static let evidence = "evidence/"
  }

  let report: RedactedAudit
  /// Stands before each id that is hashed, so that nobody can try ids out who does not know it.
  let salt: String
  /// What the report was asked for, which the same report needs again.
  let options: [String]

  /// Writes the archive.
  func write(to path: String) throws(CommandError) {
    let scratch = try ScratchFolder()
    let folder = scratch.path + "/evidence"
    try CommandError.translating { () throws(IngestError) in
      var writer = try ExperimentWriter(folder: folder)
      for analysis in report.report.analyses { try writer.add(redacted(analysis)) }
      try writer.commit(name: report.report.name, primary: [])
    }
    var files: [(name: String, bytes: [UInt8])] = [
      (Name.html, Array(report.html.utf8)), (Name.markdown, Array(report.markdown.utf8)),
      (Name.json, Array(report.json.indented.utf8)),
    ]
    if !report.report.judgements.isEmpty {
      let records = report.report.judgements.map { change in
        VerdictRecord(
          id: Self.hashed(change.id, salt), verdict: change.new.verdict,
          note: report.redaction.text(change.new.note), time: change.time, author: change.author)
      }.sorted { $0.id < $1.id }
      files.append((Name.verdicts, Array(VerdictFiles.write(records, as: .jsonl).utf8)))
    }
    for name in try Self.files(below: folder) {
      let bytes = try CommandError.translating { () throws(IngestError) in
        try FileDigest.bytes(of: folder + "/" + name)
      }
      files.append((Name.evidence + name, bytes))
    }
    files.sort { $0.name < $1.name }
    let manifest = manifest(files)
    try ResultOutput.guarded(path) { () throws(IngestError) in
      var archive = try ZipWriter(to: path, .texts)
      try archive.add(Name.manifest, Array(manifest.indented.utf8))
      for file in files { try archive.add(file.name, file.bytes) }
      try archive.commit()
    }
  }

  private func manifest(_ files: [(name: String, bytes: [UInt8])]) -> JSON {
    .object([
      ("version", .int(1)), ("options", .strings(options)), ("salted", .bool(!salt.isEmpty)),
      (
        "files",
        .list(
          files.map {
            .object([
              ("name", .string($0.name)), ("bytes", .int($0.bytes.count)),
              ("sha256", .string(FileDigest.sha256($0.bytes))),
            ])
          })
      ), ("provenance", report.report.provenance.json),
    ])
  }

  /// The scores that figures rest on, and those of suspects, under hashed ids.
  private func redacted(_ analysis: RunAnalysis) -> ScoreTable {
    let scores = analysis.scores
    let left = scores.labels.indices.filter {
      !analysis.isPrimary[$0] && scores.labels[$0] != .unknown
    }
    let kept = scores.without(left)
    var run = kept.run
    // What had been seen is in the labels already.
    run.seen = nil
    let ids = (0..<kept.count).map { Self.hashed(kept.ids[$0], salt) }
    return ScoreTable(run: run, ids: TextColumn(ids), labels: kept.labels, columns: kept.columns)
  }

  /// What stands for an id.
  static func hashed(_ id: String, _ salt: String) -> String {
    String(FileDigest.sha256((salt + "\u{0}" + id).utf8).prefix(32))
  }

  /// The files below a folder, by their paths in it, in order.
  private static func files(below folder: String) throws(CommandError) -> [String] {
    guard let found = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw CommandError(.inputOutput, "\(folder): cannot be read; set TMPDIR to another folder")
    }
    return found.filter { name in
      var isFolder = false
      return FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
        && !isFolder
    }.sorted()
  }
}
