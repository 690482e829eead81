import Glibc
import Testing

extension Stories {
  /// However the program ends, the shell gets its terminal back and the true exit status.
  @Suite(.serialized)
  struct Exits {
    private static let drawing = Story.Modes(
      alternateScreen: true, cursor: false, mouse: true, sgrMouse: true)

    private func start(backtrace: String = "enable=no") throws -> Story {
      let story = try Story(
        dashboard: [Program.sampleData], environment: ["SWIFT_BACKTRACE": backtrace])
      try story.wait(for: "1 Runs")
      try story.wait(for: Self.drawing)
      #expect(try story.lineSettings().contains("-icanon"))
      return story
    }

    private func expectRestored(_ story: Story) throws {
      #expect(try story.modes() == .usual)
      let settings = try story.lineSettings()
      for raw in ["-icanon", "-echo ", "-isig", "-icrnl", "-opost"] {
        #expect(!settings.contains(raw), "\(settings)")
      }
    }

    @Test("q and Ctrl-C quit", arguments: [("q", 0), ("C-c", 130)] as [(String, Int32)])
    func quitting(key: String, status: Int32) throws {
      let story = try start()
      try story.press(key)
      #expect(try story.exitStatus() == status)
      try expectRestored(story)
    }

    @Test(
      "signals end the program with their own status",
      arguments: [
        SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGUSR1, SIGUSR2, SIGALRM,
      ])
    func signals(number: Int32) throws {
      let story = try start()
      try story.kill("ezscope", number)
      #expect(try story.exitStatus() == 128 + number)
      try expectRestored(story)
    }

    @Test(
      "after a trap the screen is the shell's, and the backtrace is readable",
      arguments: ["enable=no", "enable=yes,interactive=no,color=no,symbolicate=off"])
    func trap(backtrace: String) throws {
      let story = try start(backtrace: backtrace)
      try story.waitUntilReady()
      try story.press(":")
      try story.wait(for: "Go to, choose or do")
      try story.type("crash")
      try story.wait(for: "Trap at once")
      try story.press("Enter")
      #expect([132, 133].contains(try story.exitStatus()))
      try expectRestored(story)
      let screen = try story.screen()
      #expect(!screen.contains("▌1 Runs"))
      if backtrace != "enable=no" { #expect(screen.contains("ezscope"), "\(screen)") }
    }

    @Test("Ctrl-Z gives the shell back; fg returns, at the size the terminal has by then")
    func suspending() throws {
      let story = try Story(environment: Program.home)
      try story.wait(for: "$")
      try story.type("\(Program.path) \(Program.sampleData)\n")
      try story.waitUntilReady()
      try story.press("2")
      try story.wait(forTab: "2 Sequences")
      try story.press("C-z")
      try story.wait(for: "Stopped")
      #expect(try story.modes() == .usual)
      try story.resize(width: 60, height: 15)
      // Asked from inside: at its prompt the shell itself reads key by key.
      try story.type("stty -a | tr ' ' '\\n' | grep -E '^-?(icanon|echo|isig|icrnl)$' | paste -s\n")
      let settings = try story.wait(for: "isig")
      #expect(!settings.contains("-icanon") && !settings.contains("-echo"), "\(settings)")
      try story.type("fg\n")
      try story.wait(forTab: "2 Sequences")
      try story.wait("sixteen lines") {
        $0.split(separator: "\n", omittingEmptySubsequences: false).count == 16
      }
      try story.wait(for: Self.drawing)
      try story.press("1")
      try story.wait(forTab: "1 Runs")
      try story.press("q")
      try story.press("q")
      try story.wait(for: .usual)
      try story.type("echo status=$?\n")
      try story.wait(for: "status=0")
    }

    @Test(
      "stopped from outside and continued, it draws itself anew", arguments: [SIGTSTP, SIGSTOP])
    func stopped(number: Int32) throws {
      let story = try Story(environment: Program.home)
      try story.wait(for: "$")
      try story.type("\(Program.path) \(Program.sampleData)\n")
      try story.waitUntilReady()
      try story.kill("ezscope", number)
      try story.wait(for: "Stopped")
      try story.type("fg\n")
      try story.wait(forTab: "1 Runs")
      try story.wait(for: Self.drawing)
      try story.press("q")
      try story.wait(for: .usual)
    }

    @Test("a terminal that goes away ends the program")
    func hangUp() throws {
      var story: Story? = try start()
      let processes = try story?.processes("ezscope") ?? []
      #expect(processes.count == 1)
      story = nil
      let deadline = ContinuousClock.now + .seconds(120)
      while processes.contains(where: { kill($0, 0) == 0 }), ContinuousClock.now < deadline {
        usleep(10_000)
      }
      #expect(!processes.contains { kill($0, 0) == 0 })
    }
  }
}
