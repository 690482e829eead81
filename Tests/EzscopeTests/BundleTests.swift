import EvidenceIO
import Foundation
import TestSupport
import Testing

/// A report's archive: what is in it, and that no byte of it can change unnoticed.
@Suite struct BundleTests {
  private static func evidence(_ folder: TemporaryFolder) throws -> String {
    try folder.write(
      "run.jsonl", Fixture.evidence(200, shift: 1.2).joined(separator: "\n") + "\n")
  }

  private static func bundle(
    _ evidence: String, _ path: String, _ more: [String] = []
  ) throws -> String {
    let outcome = try Program.run(
      ["report", evidence, "--attack", "ez,loss", "--replicates", "20", "--bundle", path] + more)
    #expect(outcome.status == 0 && outcome.output == "", "\(outcome.errors)")
    return path
  }

  /// The archive with one file replaced, and its hash as well where nobody is to see it by that.
  private static func altered(
    _ path: String, _ name: String, to other: String, fixesHash: Bool,
    _ change: ([UInt8]) -> [UInt8]
  ) throws {
    var files = try ZipContents(path).members.map { ($0.name, try $0.content.get()) }
    let place = try #require(files.firstIndex { $0.0 == name })
    let old = files[place].1
    files[place].1 = change(old)
    #expect(files[place].1 != old)
    if fixesHash {
      let text = String(decoding: files[0].1, as: UTF8.self).replacing(
        FileDigest.sha256(old), with: FileDigest.sha256(files[place].1))
      files[0].1 = Array(text.utf8)
    }
    var writer = try ZipWriter(to: other, .figures)
    for (name, bytes) in files { try writer.add(name, bytes) }
    try writer.commit()
  }

  @Test func anUntouchedBundleIsVerifiedAlsoByItsEvidence() throws {
    let folder = try TemporaryFolder()
    let evidence = try Self.evidence(folder)
    let path = try Self.bundle(evidence, folder.path + "/a.zip")
    for more in [[], ["--evidence", evidence]] {
      let outcome = try Program.run(["verify", path] + more)
      #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
      #expect(outcome.output.contains("VERIFIED"))
    }
    let again = try Self.bundle(evidence, folder.path + "/b.zip")
    // Only the archive's own name is another, in the command that each tells.
    let names = try ZipContents(path).members.map(\.name)
    #expect(names == (try ZipContents(again).members.map(\.name)))
    #expect(names.contains("evidence/experiment.toml") && names.contains("report.html"))
  }

  @Test func theSameCommandGivesTheSameBytes() throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    let first = try Self.bundle(try Self.evidence(one), one.path + "/a.zip")
    let second = try Self.bundle(try Self.evidence(other), other.path + "/a.zip")
    #expect(try FileDigest.bytes(of: first) == FileDigest.bytes(of: second))
  }

  @Test func idsAndTextsAreNotInIt() throws {
    let folder = try TemporaryFolder()
    let path = try Self.bundle(try Self.evidence(folder), folder.path + "/a.zip", ["--salt", "x"])
    let scores = try #require(
      try ZipContents(path).members.first { $0.name.hasPrefix("evidence/scores/") })
    let file = folder.path + "/scores.csv.gz"
    var output = try OutputFile.create(file + ".raw", .figures)
    try output.write(try scores.content.get())
    try output.commit()
    try FileManager.default.moveItem(atPath: file + ".raw", toPath: file)
    let text = String(decoding: try WholeFile.read(file), as: UTF8.self)
    #expect(text.contains("," + FileDigest.sha256("x\u{0}s17".utf8).prefix(32) + ","))
    #expect(!text.contains(",s17,") && !text.contains("text 17"))
  }

  @Test(arguments: ["report.html", "report.md", "report.json", "evidence/experiment.toml"])
  func oneByteIsNamedByItsFile(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = try Self.bundle(try Self.evidence(folder), folder.path + "/a.zip")
    let other = folder.path + "/b.zip"
    try Self.altered(path, name, to: other, fixesHash: false) { bytes in
      var bytes = bytes
      let place = bytes.lastIndex(of: 0x20) ?? 0
      bytes[place] = 0x09
      return bytes
    }
    let outcome = try Program.run(["verify", other])
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("differs: \(name): is not the file that was written"))
  }

  /// Whoever mends the hash as well is found out by the scores.
  @Test func anAlteredFigureIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try Self.bundle(try Self.evidence(folder), folder.path + "/a.zip")
    let other = folder.path + "/b.zip"
    try Self.altered(path, "report.json", to: other, fixesHash: true) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let figures = text.firstRange(of: "\"evaluation\""),
        let place = text[figures.upperBound...].firstRange(of: "\"auc\": 0.")
      else { return bytes }
      let digit = place.upperBound
      let end = text.index(after: digit)
      let changed = text[digit] == "1" ? "2" : "1"
      return Array((text[..<digit] + changed + text[end...]).utf8)
    }
    let outcome = try Program.run(["verify", other])
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(#/differs: report\.json: runs\[run\]\.attacks\[[a-z]+\]\.auc:/#),
      "\(outcome.output)")
  }

  @Test func alteredEvidenceIsNamedWithTheFiguresThatMove() throws {
    let folder = try TemporaryFolder()
    let evidence = try Self.evidence(folder)
    let path = try Self.bundle(evidence, folder.path + "/a.zip")
    let text = try String(contentsOfFile: evidence, encoding: .utf8)
    try text.replacing("\"id\":\"s0\",\"label\":1", with: "\"id\":\"s0\",\"label\":0")
      .write(toFile: evidence, atomically: true, encoding: .utf8)
    let outcome = try Program.run(["verify", path, "--evidence", evidence])
    #expect(outcome.status == 1)
    let words = Fixture.unwrapped(outcome.output)
    #expect(words.contains("differs: input run.jsonl: is another file than then"), "\(words)")
    #expect(words.contains("evaluation.runs[run].members: 100, now 99"))
  }

  @Test(arguments: ["", "PK\u{5}\u{6}", "not a zip"])
  func whatIsNoBundleIsRefused(_ text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.zip", text)
    let outcome = try Program.run(["verify", path])
    #expect(outcome.status == 65, "\(outcome.status) \(outcome.errors)")
  }
}
