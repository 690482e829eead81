import Basics
import Foundation
import Testing

@testable import ezscope

@Suite struct VersionTests {
  @Test func theProgramSaysWhichItIsAndOfWhichCommit() throws {
    let outcome = try Program.run(["--version"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let said =
      #/ezscope (\S+) \((?:unknown commit|commit [0-9a-f]{12} of \d{4}-\d\d-\d\d(?:, modified)?)\)\n/#
    let version = try #require(outcome.output.wholeMatch(of: said), "\(outcome.output)").1
    #expect(version == ToolVersion.current)
    #expect(version.wholeMatch(of: #/\d+\.\d+\.\d+/#) != nil)
    #expect(try Program.run(["evaluate", "--version"]).output == outcome.output)
  }

  @Test(arguments: [
    ("", "(unknown commit)"),
    ("$Format:%H %cs$", "(unknown commit)"),
    (
      "0123456789abcdef0123456789abcdef01234567 2026-01-31", "(commit 0123456789ab of 2026-01-31)"
    ),
    (
      "0123456789abcdef0123456789abcdef01234567-modified 2026-01-31",
      "(commit 0123456789ab of 2026-01-31, modified)"
    ),
  ])
  func whatIsNotKnownIsNotMadeUp(_ source: String, _ words: String) {
    #expect(
      ProgramVersion.described(source) == "ezscope \(ToolVersion.current) \(words)")
  }

  /// A clone, an archive that was unpacked, a prefix such as /usr or a virtual environment.
  @Test func sampleDataIsFoundBesideTheProgram() {
    let places = SampleDataLocation.candidates(
      workingDirectory: "/home/me", program: "/opt/env/bin/ezscope")
    #expect(places.prefix(2) == ["/home/me/SampleData", "/opt/env/share/ezscope/SampleData"])
    #expect(places.contains("/opt/env/bin/SampleData"))
  }
}
