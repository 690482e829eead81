import Foundation
import Glibc

/// How long the real program takes to its first frame and its screens, and what it costs at rest.
enum LaunchBench {
  struct Failure: Error, CustomStringConvertible { let description: String }

  static func run() throws {
    let program = try besideThisProgram("ezscope")
    var (first, screens): ([Double], [Double]) = ([], [])
    for _ in 0..<7 {
      let session = try PseudoTerminalSession(program, width: 200, height: 60)
      defer { session.end() }
      first.append(try session.wait(for: "Sequences"))
      var seen = 0.0
      // Each screen's own words appear only once it has figures to show.
      for (key, words) in [
        ("1", "full-e3"), ("2", "Scores by"), ("3", "likely"), ("4", "false-positive rate"),
        ("5", "The same text"),
      ] {
        session.type(key)
        seen = try session.wait(for: words)
      }
      screens.append(seen)
    }
    printRow("launch to first frame, 200x60", "\(milliseconds(median(first)))", "aim: under 50 ms")
    printRow(
      "launch to all five screens seen once", "\(milliseconds(median(screens)))",
      "aim: under 500 ms")
    try measureIdling(program)
  }

  private static func measureIdling(_ program: String) throws {
    let session = try PseudoTerminalSession(program, width: 120, height: 40)
    defer { session.end() }
    _ = try session.wait(for: "full-e3")
    sleep(2)
    let before = try session.processorTicks()
    sleep(10)
    printRow("processor ticks in 10 idle seconds", "\(try session.processorTicks() - before)")
  }

  private static func besideThisProgram(_ name: String) throws -> String {
    let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: here).deletingLastPathComponent()
      .appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Failure(description: "\(path) is not built: swift build -c release --product \(name)")
    }
    return path
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  private static func milliseconds(_ seconds: Double) -> String { "\(digits(seconds * 1e3, 1)) ms" }
}

/// The program on a pseudo-terminal, with everything it wrote and when.
final class PseudoTerminalSession {
  private let control: Int32
  private let process: pid_t
  private let start: ContinuousClock.Instant
  private var received: [UInt8] = []
  private var seen = 0

  init(_ program: String, width: Int, height: Int) throws {
    // What `unlockpt` and `ptsname` do; Glibc's module has neither.
    let (unlock, askNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (locked, number): (Int32, UInt32) = (0, 0)
    control = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard control >= 0, ioctl(control, unlock, &locked) == 0,
      ioctl(control, askNumber, &number) == 0
    else { throw LaunchBench.Failure(description: "no pseudo-terminal (errno \(errno))") }
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(control, UInt(TIOCSWINSZ), &size)
    start = ContinuousClock().now
    process = try Self.spawn(program, on: "/dev/pts/\(number)")
  }

  private static func spawn(_ program: String, on line: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Opened by a session leader, the line becomes the program's controlling terminal.
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, line, O_RDWR, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, a GNU extension that Glibc's module does not export.
    posix_spawnattr_setflags(&attributes, 0x80)
    let environment = ["TERM=xterm-256color", "LC_ALL=C.UTF-8", "HOME=/nonexistent"]
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var process = pid_t()
    let status = posix_spawn(&process, program, &actions, &attributes, &arguments, &variables)
    guard status == 0 else {
      throw LaunchBench.Failure(description: "\(program) does not start (errno \(status))")
    }
    return process
  }

  func type(_ keys: String) {
    seen = received.count
    _ = Array(keys.utf8).withUnsafeBytes { write(control, $0.baseAddress, $0.count) }
  }

  /// Seconds from the program's start until `text` was written after the last key.
  func wait(for text: String) throws -> Double {
    let wanted = Array(text.utf8)
    let deadline = ContinuousClock().now + .seconds(20)
    while ContinuousClock().now < deadline {
      if contains(wanted) { return (ContinuousClock().now - start) / .seconds(1) }
      var ready = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 1000) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(control, &buffer, buffer.count)
      guard count > 0 else { break }
      received += buffer.prefix(count)
    }
    throw LaunchBench.Failure(description: "the program never showed '\(text)'")
  }

  private func contains(_ wanted: [UInt8]) -> Bool {
    guard received.count - seen >= wanted.count else { return false }
    return (seen...(received.count - wanted.count)).contains { place in
      received[place..<place + wanted.count].elementsEqual(wanted)
    }
  }

  /// Processor time the program has used, in clock ticks.
  func processorTicks() throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
      throw LaunchBench.Failure(description: "/proc/\(process)/stat cannot be read")
    }
    return user + system
  }

  func end() {
    // Nobody reads what it would still write: closed first, so that it cannot wait for a reader.
    close(control)
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
