import Glibc
import Testing
import TestSupport

extension Stories {
  /// Somebody opens leaked text that was made to attack whoever looks at it.
  @Suite(.serialized)
  struct Hostile {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try HostileEvidence.write(into: folder)
    }

    /// Keys that walk through every screen; the last of a walk may take time to have its effect.
    private static let walks = [
      "1", "j", "2", "j j G", "s", "3", "J J ] } a v W", "4", "j space", "5", "} ] a", "c", "enter",
      "6", "7", "1",
    ]

    private static let tmuxNames = ["space": "Space", "enter": "Enter"]

    @Test("every screen shows what the picture without a terminal shows, and no byte more")
    func nothingGetsOut() throws {
      let story = try Story(
        dashboard: [folder.path], width: 100, height: 30, environment: ["NO_COLOR": "1"])
      try story.wait(
        forPicture: try Program.snapshot("runs", of: [folder.path], width: 100, height: 30))
      let title = try story.title()
      // Elsewhere: a dashboard tells when its evidence changes.
      let place = try TemporaryFolder()
      let recording = place.path + "/recording"
      try story.record(into: recording)
      try story.press("C-l")
      var keys = ""
      for walk in Self.walks {
        for key in walk.split(separator: " ") {
          try story.press(Self.tmuxNames["\(key)"] ?? "\(key)")
        }
        keys += walk + " "
        let picture = try Program.snapshot(
          "runs", of: [folder.path], width: 100, height: 30, keys: keys)
        #expect(picture.unicodeScalars.allSatisfy(isHarmless))
        try story.wait(forPicture: picture)
        let styled = try story.screen(colors: true)
        #expect(withoutStyles(styled).unicodeScalars.allSatisfy(isHarmless))
      }
      #expect(try story.title() == title)
      #expect(try story.modes().alternateScreen)
      try story.press("C-c")
      #expect(try story.exitStatus() == 130)
      let bytes = try recorded(in: recording, story)
      #expect(bytes.count > 10_000)
      for text in HostileEvidence.forbidden {
        #expect(!bytes.contains(text), "\(text.debugDescription) was sent to the terminal")
      }
      #expect(try story.screen().unicodeScalars.allSatisfy(isHarmless))
    }

    @Test("what is copied is safe to paste into a shell")
    func copying() throws {
      let story = try Story(dashboard: [folder.path])
      try story.wait(for: "40 of 40 by ez")
      try story.press("2")
      try story.wait(for: "40 sequences")
      try story.press("j", "y")
      try story.wait(for: "copied")
      try story.wait("the clipboard") { _ in try !story.clipboard().isEmpty }
      #expect(
        try story.clipboard().unicodeScalars.allSatisfy { isHarmless($0) || $0 == "\t" })
    }

    @Test("errors about hostile files name them safely", arguments: [true, false])
    func errors(inTerminal: Bool) throws {
      let name = "no\u{1B}]0;PWNED\u{7}such\u{202E}"
      if inTerminal {
        let story = try Story(dashboard: [name])
        #expect(try story.exitStatus() == 66)
        #expect(try story.title() != "PWNED")
      }
      let path = try folder.write(name + ".jsonl", "{\"id\": \"\u{1B}[31m\u{202E}")
      let check = try Program.run(["evaluate", path])
      #expect(check.status != 0)
      #expect(check.output.unicodeScalars.allSatisfy(isHarmless), "\(check.output)")
    }

    private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
      if scalar == "\n" { return true }
      switch scalar.properties.generalCategory {
      case .control, .format, .privateUse, .lineSeparator, .paragraphSeparator, .surrogate:
        return false
      default: return !scalar.properties.isNoncharacterCodePoint
      }
    }

    /// A capture without the styles that tmux wrote into it.
    private func withoutStyles(_ text: String) -> String {
      text.replacing(#/\u{1B}\[[0-9;:]*m/#, with: "")
    }

    /// What was recorded, once what stands behind the program's end is in it.
    private func recorded(in path: String, _ story: Story) throws -> String {
      var text = ""
      try story.wait("the end of the recording") { _ in
        text = try Subprocess.run(["cat", path]).output
        return text.contains("exit=130.")
      }
      return text
    }
  }
}
