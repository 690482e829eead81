import TestSupport
import Testing

extension Stories {
  /// A program ended and started again on the same evidence.
  @Suite(.serialized)
  struct Resume {
    private let state: TemporaryFolder

    init() throws { state = try TemporaryFolder() }

    private func open(_ arguments: [String] = []) throws -> Story {
      try Story(
        dashboard: arguments + [Program.sampleData], width: 120, height: 40,
        environment: ["XDG_STATE_HOME": state.path])
    }

    @Test(.needsTmux) func whoeverComesBackGoesOn() throws {
      do {
        let story = try open()
        try story.waitUntilReady()
        try story.press("2")
        try story.wait(for: "sort score")
        try story.press("s")
        try story.wait(for: "sort p ")
        try story.press("f")
        try story.type("label=member")
        try story.press("Enter")
        try story.press("\"")
        try story.wait(for: "name of the filter")
        try story.type("members")
        try story.press("Enter")
        try story.wait(for: "The filter is kept members")
        try story.press("C-c")
        #expect(try story.exitStatus() == 130)
      }
      do {
        let story = try open()
        try story.wait(for: "Resumed: Sequences")
        try story.wait(for: "sort p ")
        try story.wait(for: "label=member")
        try story.press("q")
        #expect(try story.exitStatus() == 0)
      }
      let story = try open(["--fresh"])
      try story.waitUntilReady()
      try story.press("2", "'")
      try story.wait(for: "label=member")
    }
  }
}
