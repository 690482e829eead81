import Testing

@testable import Analysis

@Suite struct ProvenanceTests {
  @Test func namesDoNotTellTheMachine() {
    let origin = Provenance(
      arguments: ["report", "/home/ann/Sample Data/", "--baseline=/srv/old.csv", "-o", "a.html"],
      inputs: [
        .init(name: "/home/ann/x/scores/b.csv", bytes: 2, sha256: "22"),
        .init(name: "/home/ann/x/experiment.toml", bytes: 1, sha256: "11"),
      ], version: "1")
    #expect(
      origin.command
        == ["ezscope", "report", "Sample Data", "--baseline=old.csv", "-o", "a.html"])
    #expect(origin.inputs.map(\.name) == ["experiment.toml", "scores/b.csv"])
  }

  @Test(arguments: [
    (["/a/b/c.csv"], ["c.csv"]), (["/a/b/c.csv", "/a/d.csv"], ["b/c.csv", "d.csv"]),
    (["/a/c.csv", "/b/c.csv"], ["a/c.csv", "b/c.csv"]), ([], []),
  ])
  func pathsAreBelowWhatTheyShare(_ paths: [String], _ names: [String]) {
    let inputs = paths.map { Provenance.Input(name: $0, bytes: 0, sha256: "11") }
    #expect(Provenance(arguments: [], inputs: inputs).inputs.map(\.name) == names)
  }
}
