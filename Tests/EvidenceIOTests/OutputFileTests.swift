import Glibc
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Files being written")
struct OutputFileTests {
  private func write(_ path: String, _ contents: OutputFile.Contents = .figures) throws {
    var file = try OutputFile.create(path, contents)
    try file.write("new")
    try file.commit()
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test("an input is never replaced, whatever it is called")
  func inputs() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in.jsonl", "old")
    #expect(symlink(input, folder.path + "/soft") == 0 && link(input, folder.path + "/hard") == 0)
    #expect(try folder.read("in.jsonl") == Array("old".utf8))
    for name in ["in.jsonl", "./in.jsonl", "soft", "hard"] {
      let error = failure { try write(folder.path + "/" + name) }
      #expect(error?.kind == .usage && error?.problem == "is the input as well", "\(name)")
    }
    #expect(try folder.raw("in.jsonl") == Array("old".utf8))
    #expect(folder.names == ["hard", "in.jsonl", "soft"])
  }

  @Test("a file that took the place of an input that is gone is no input")
  func inputThatIsGone() throws {
    let folder = try TemporaryFolder()
    try folder.write("in", "old")
    _ = try folder.read("in")
    #expect(rename(folder.path + "/in", folder.path + "/kept") == 0)
    try folder.write("in", "other")
    try write(folder.path + "/in")
    #expect(try folder.raw("in") == Array("new".utf8))
  }

  @Test("a replaced file keeps its permissions, a new one with texts is the user's alone")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let old = try folder.write("old", "x")
    #expect(chmod(old, 0o640) == 0)
    try write(old, .texts)
    #expect(mode(old) == 0o640)
    try write(folder.path + "/texts", .texts)
    #expect(mode(folder.path + "/texts") == 0o600)
    let mask = umask(0o022)
    defer { umask(mask) }
    try write(folder.path + "/figures")
    #expect(mode(folder.path + "/figures") == 0o644)
  }

  @Test("a link of the user's stays and its file is replaced; one that leads nowhere is refused")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write("file", "old")
    #expect(symlink("file", folder.path + "/link") == 0)
    try write(folder.path + "/link")
    #expect(try folder.raw("file") == Array("new".utf8))
    #expect(symlink("nowhere", folder.path + "/dangling") == 0)
    let error = failure { try write(folder.path + "/dangling") }
    #expect(error?.problem == "is a link that leads nowhere")
    #expect(folder.names == ["dangling", "file", "link"])
  }

  @Test("a pipe that nobody named is refused instead of waited for")
  func pipes() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path + "/a.jsonl", 0o600) == 0)
    try folder.write("b.jsonl", richRecords.joined(separator: "\n"))
    let opened = try ExperimentReader.open(folder.path)
    #expect(opened.experiment.runs.count == 1)
    #expect(opened.notes.warnings.contains { $0.message.contains("is a pipe") })
    let other = try TemporaryFolder()
    #expect(mkfifo(other.path + "/experiment.toml", 0o600) == 0)
    #expect(failure { _ = try ExperimentReader.open(other.path) }?.kind == .noInput)
  }

  @Test("what a killed process left is removed; what somebody writes, and other files, are not")
  func partsThatWereLeft() throws {
    let folder = try TemporaryFolder()
    let left = try folder.write(".out.csv.123.456.part", "left")
    let held = try folder.write(".out.csv.123.457.part", "held")
    let others = [".out.csv.part", ".out.csv.1.2.3.part", ".out.csv.a.b.part", ".other.1.2.part"]
    for name in others { try folder.write(name, "other") }
    #expect(symlink(left, folder.path + "/.out.csv.1.9.part") == 0)
    let writer = open(held, O_RDONLY)
    defer { close(writer) }
    #expect(flock(writer, LOCK_EX) == 0)
    try write(folder.path + "/out.csv")
    #expect(
      folder.names
        == ([".out.csv.123.457.part", ".out.csv.1.9.part", "out.csv"] + others).sorted())
  }
}
