import Glibc
import Testing

/// The harness itself, on programs that every system has.
@Suite(.serialized, .needsTmux)
struct StoryTests {
  @Test func typingAndExitStatus() throws {
    let story = try Story(["sh", "-c", "read line; echo \"got $line\"; exit 7"])
    try story.type("it's ünïcode; $HOME")
    try story.press("Enter")
    try story.wait(for: "got it's ünïcode; $HOME")
    #expect(try story.exitStatus() == 7)
  }

  @Test func exactBytesAndPaste() throws {
    let story = try Story([
      "sh", "-c", "stty raw -echo; echo ready; dd bs=1 count=5 2>&1 | od -An -tx1",
    ])
    try story.wait(for: "ready")
    try story.send(bytes: [0x1B, 0x5B, 0xFF, 0x00, 0x41])
    try story.wait(for: "1b 5b ff 00 41")
    let cat = try Story(["cat"])
    try cat.paste("pasted words")
    try cat.wait(for: "pasted words")
  }

  @Test func environmentAndSize() throws {
    let program = [
      "sh", "-c",
      "trap 'stty size' WINCH; echo \"$TERM ${GONE-unset} $MINE\"; while :; do sleep 0.05; done",
    ]
    let story = try Story(
      program, width: 70, height: 11,
      environment: ["TERM": "xterm", "GONE": nil, "MINE": "a b'c"])
    try story.wait(for: "xterm unset a b'c")
    try story.resize(width: 50, height: 9)
    try story.wait(for: "9 50")
  }

  @Test func modesAreSeen() throws {
    let story = try Story([
      "sh", "-c",
      "printf '\\033[?1049h\\033[?25l\\033[?1002h\\033[?1006hdrawn'; read x; printf '\\033[?1006l\\033[?1002l\\033[?25h\\033[?1049l'; read x",
    ])
    try story.wait(for: "drawn")
    let drawing = Story.Modes(alternateScreen: true, cursor: false, mouse: true, sgrMouse: true)
    #expect(try story.modes() == drawing)
    try story.press("Enter")
    try story.wait(for: .usual)
  }

  @Test func signalsReachTheProgram() throws {
    // Neither blocked nor ignored, though the test's own process may have them so.
    let story = try Story(["sleep", "30"])
    try story.wait("sleep to run") { _ in (try? story.kill("sleep", 0)) != nil }
    try story.kill("sleep", SIGTERM)
    #expect(try story.exitStatus() == 143)
  }

  @Test func aShellWithJobControl() throws {
    let story = try Story()
    try story.wait(for: "$")
    try story.type("cat\n")
    try story.type("running\n")
    try story.wait(for: "running")
    try story.press("C-z")
    try story.wait(for: "Stopped")
    #expect(try story.lineSettings().contains("icanon"))
  }

  @Test func waitsEndWithTheScreenInTheirError() throws {
    let story = try Story(["sh", "-c", "echo visible; sleep 20"])
    try story.wait(for: "visible")
    story.patience = .milliseconds(300)
    #expect {
      try story.wait(for: "invisible ink")
    } throws: { error in
      "\(error)".contains("visible") && "\(error)".contains("invisible ink")
    }
  }

  @Test func nothingOutlivesItsDeadline() throws {
    let slow = try Subprocess.run(["sleep", "20"], seconds: 0.05)
    #expect(slow.status == 137)
    #expect(throws: (any Error).self) { try Subprocess.run(["/no/such/program"]) }
  }
}
