import TestSupport
import Testing

@testable import EvidenceIO

@Suite struct FileDigestTests {
  /// The examples of FIPS 180-4, and one file longer than what is read at once.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      String(repeating: "a", count: 3_000_000),
      "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4"
    ),
  ])
  func filesHaveTheirHash(_ text: String, _ digest: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", text)
    let found = try FileDigest(of: path)
    #expect(found.sha256 == digest && found.bytes == text.utf8.count)
    #expect(FileDigest.sha256(text.utf8) == digest)
  }

  @Test func whatIsGoneIsSaid() {
    #expect(throws: IngestError.self) { try FileDigest(of: "/nowhere/at/all") }
  }
}
