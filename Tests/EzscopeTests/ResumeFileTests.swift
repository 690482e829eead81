import Dashboard
import EvidenceIO
import Foundation
import TestSupport
import Testing

@testable import ezscope

/// What a start goes on from, as it lies in a file that anything may have happened to.
@Suite struct ResumeFileTests {
  private let folder: TemporaryFolder
  private let evidence: String

  init() throws {
    folder = try TemporaryFolder()
    evidence = try folder.write("run.jsonl", "{}")
  }

  private func opened(_ paths: [String]? = nil) -> ResumeFile? {
    ResumeFile(
      of: EvidenceSources(paths ?? [evidence]),
      environment: ["XDG_STATE_HOME": folder.path + "/state"])
  }

  private var views: String { folder.path + "/state/ezscope/views" }

  private func path() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: views)
    try #require(names.count == 1)
    return views + "/" + names[0]
  }

  private var sample: ViewMemory {
    var memory = ViewMemory()
    memory.screen = "sequences"
    memory.run = "full-e3"
    memory.attack = "min-k:k=20"
    memory.theme = "frost"
    var list = ListMemory()
    list.sort = "pValue"
    list.isDescending = true
    list.filter = "text~\"a \\\\ b\" ü"
    list.columns = ["id", "score"]
    memory.lists = ["sequences": list, "runs": ListMemory()]
    return memory
  }

  private let filter = NamedFilter(.sequences, name: "mine", text: "label=member")

  private func keep(_ filter: NamedFilter, in file: ResumeFile) {
    file.change(.keep(filter)) { Issue.record("\($0)") }
  }

  @Test func whatIsKeptIsReadAgain() throws {
    let file = try #require(opened())
    #expect(file.read() == nil)
    file.keep(sample)
    #expect(opened()?.read() == sample)
    let permissions = try FileManager.default.attributesOfItem(atPath: path())[.posixPermissions]
    #expect(permissions as? Int == 0o600, "a filter may hold words of the data")
  }

  @Test func filtersOutliveWhoeverLeavesLast() throws {
    let (one, two) = (try #require(opened()), try #require(opened()))
    keep(filter, in: one)
    one.keep(sample)
    two.keep(ViewMemory())
    #expect(opened()?.read()?.filters == [filter])
    two.change(.forget(filter)) { Issue.record("\($0)") }
    two.keep(sample)
    #expect(opened()?.read()?.filters == [])
  }

  @Test func eachEvidenceHasItsOwn() throws {
    let other = try folder.write("other.jsonl", "{}")
    try #require(opened()).keep(sample)
    #expect(opened([other])?.read() == nil)
    #expect(opened([other, evidence])?.read() == nil)
    let link = folder.path + "/link.jsonl"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: evidence)
    #expect(opened([link])?.read() == sample, "a link is another name for the same")
    #expect(opened(["-"]) == nil)
    #expect(opened([folder.path + "/none"]) == nil)
    #expect(ResumeFile(of: EvidenceSources([evidence]), environment: [:]) == nil)
  }

  @Test func everyCutAndEveryChangedByteIsSurvived() throws {
    let file = try #require(opened())
    file.keep(sample)
    let path = try path()
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for end in 0..<bytes.count - 1 {
      try Data(bytes.prefix(end)).write(to: URL(fileURLWithPath: path))
      #expect(file.read() == nil)
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x15
      try Data(changed).write(to: URL(fileURLWithPath: path))
      // Whatever comes of it is at most another text.
      _ = file.read()
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(file.read() == sample)
  }

  @Test(arguments: [
    "[]", "{}", "{\"version\":2}", String(repeating: "[", count: 100_000),
    String(repeating: " ", count: 1 << 19), "\u{0}",
  ])
  func whatIsNoViewIsLeftOut(_ text: String) throws {
    let file = try #require(opened())
    file.keep(sample)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path()))
    #expect(file.read() == nil)
    file.keep(sample)
    #expect(file.read() == sample, "and it is replaced")
  }

  @Test func textsThatActOnATerminalAreLeftOut() throws {
    let file = try #require(opened())
    var memory = sample
    memory.run = "\u{1B}]0;x\u{7}"
    memory.lists["runs"]?.filter = "a\u{202E}b"
    memory.attack = String(repeating: "a", count: 10_000)
    file.keep(memory)
    keep(NamedFilter(.runs, name: "\u{1B}[2J", text: "x"), in: file)
    keep(filter, in: file)
    file.keep(memory)
    let read = try #require(file.read())
    #expect(read.run == "" && read.attack == "" && read.lists["runs"]?.filter == "")
    #expect(read.filters == [filter])
  }

  @Test func neitherLinksNorPipesAreFollowed() throws {
    let file = try #require(opened())
    file.keep(sample)
    let path = try path()
    try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/elsewhere")
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: folder.path + "/elsewhere")
    #expect(file.read() == nil)
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(file.read() == nil, "and nobody waits for a writer")
  }

  @Test func aFolderThatCannotBeMadeIsReported() async throws {
    let blocked = try folder.write("state", "a file")
    let file = try #require(
      ResumeFile(
        of: EvidenceSources([evidence]), environment: ["XDG_STATE_HOME": blocked]))
    file.keep(sample)
    await confirmation { reported in
      await withCheckedContinuation { done in
        file.change(.keep(filter)) { _ in
          reported()
          done.resume()
        }
      }
    }
  }
}
