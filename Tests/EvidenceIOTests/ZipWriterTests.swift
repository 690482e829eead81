import TestSupport
import Testing

@testable import EvidenceIO

@Suite struct ZipWriterTests {
  private static func archive(
    _ folder: TemporaryFolder, _ name: String, _ members: [(String, [UInt8])]
  ) throws -> String {
    let path = folder.path + "/" + name
    var writer = try ZipWriter(to: path, .figures)
    for (name, bytes) in members { try writer.add(name, bytes) }
    try writer.commit()
    return path
  }

  @Test func whatIsWrittenIsReadBackAndTheSameEachTime() throws {
    let folder = try TemporaryFolder()
    let members: [(String, [UInt8])] = [
      ("a.json", Array("{}".utf8)), ("b/c.csv", []),
      ("b/d.bin", Array(repeating: 7, count: 70_000)),
    ]
    let first = try Self.archive(folder, "1.zip", members)
    let second = try Self.archive(folder, "2.zip", members)
    #expect(try FileDigest.bytes(of: first) == FileDigest.bytes(of: second))
    let read = try ZipContents(first).members
    #expect(read.map(\.name) == members.map(\.0))
    #expect(try read.map { try $0.content.get() } == members.map(\.1))
  }

  /// A byte of a member's content, found by the member's checksum.
  @Test func anAlteredMemberIsNamedAndTheOthersAreRead() throws {
    let folder = try TemporaryFolder()
    let path = try Self.archive(
      folder, "a.zip", [("a", Array("one".utf8)), ("b", Array("two".utf8))])
    var bytes = try FileDigest.bytes(of: path)
    let place = try #require(bytes.firstRange(of: Array("one".utf8)))
    bytes[place.lowerBound] ^= 1
    var file = try OutputFile.create(folder.path + "/b.zip", .figures)
    try file.write(bytes)
    try file.commit()
    let members = try ZipContents(folder.path + "/b.zip").members
    #expect(throws: IngestError.self) { try members[0].content.get() }
    #expect(try members[1].content.get() == Array("two".utf8))
  }

  @Test(arguments: ["../a", "/a", "a//b", "a/./b", "a b", "a\\b", "", "é"])
  func namesThatLeadElsewhereAreRefused(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = try Self.archive(folder, "a.zip", [(name, [1])])
    #expect(throws: IngestError.self) { try ZipContents(path) }
  }

  @Test func whatIsTooLargeIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try Self.archive(folder, "a.zip", [("a", Array(repeating: 1, count: 100))])
    #expect(throws: IngestError.self) { try ZipContents(path, limit: 99) }
  }
}
