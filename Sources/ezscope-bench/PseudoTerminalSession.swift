import Foundation
import Glibc

/// The program on a pseudo-terminal, with everything it wrote and when.
final class PseudoTerminalSession {
  private let control: Int32
  private let process: pid_t
  private let start: ContinuousClock.Instant
  private var received: [UInt8] = []
  private var seen = 0

  init(
    _ program: String, _ arguments: [String] = [], width: Int, height: Int
  ) throws {
    // What `unlockpt` and `ptsname` do; Glibc's module has neither.
    let (unlock, askNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (locked, number): (Int32, UInt32) = (0, 0)
    control = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard control >= 0, ioctl(control, unlock, &locked) == 0,
      ioctl(control, askNumber, &number) == 0
    else { throw BenchError(description: "no pseudo-terminal (errno \(errno))") }
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(control, UInt(TIOCSWINSZ), &size)
    start = ContinuousClock().now
    process = try Self.spawn(program, arguments, on: "/dev/pts/\(number)")
  }

  private static func spawn(
    _ program: String, _ words: [String], on line: String
  ) throws -> pid_t {
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
    var arguments: [UnsafeMutablePointer<CChar>?] =
      ([program] + words).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var process = pid_t()
    let status = posix_spawn(&process, program, &actions, &attributes, &arguments, &variables)
    guard status == 0 else {
      throw BenchError(description: "\(program) does not start (errno \(status))")
    }
    return process
  }

  func type(_ keys: String) {
    seen = received.count
    _ = Array(keys.utf8).withUnsafeBytes { write(control, $0.baseAddress, $0.count) }
  }

  /// Seconds from the program's start until `text` was written after the last key.
  func wait(for text: String, seconds: Int = 20) throws -> Double {
    let wanted = Array(text.utf8)
    let deadline = ContinuousClock().now + .seconds(seconds)
    while ContinuousClock().now < deadline {
      if contains(wanted) { return (ContinuousClock().now - start) / .seconds(1) }
      var ready = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 1000) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(control, &buffer, buffer.count)
      guard count > 0 else { break }
      received += buffer.prefix(count)
    }
    throw BenchError(description: "the program never showed '\(text)'")
  }

  private func contains(_ wanted: [UInt8]) -> Bool {
    guard received.count - seen >= wanted.count else { return false }
    return (seen...(received.count - wanted.count)).contains { place in
      received[place..<place + wanted.count].elementsEqual(wanted)
    }
  }

  /// Seconds since the program's start.
  var now: Double { (ContinuousClock().now - start) / .seconds(1) }

  /// Seconds from a key to the next thing the program writes; nil if it writes nothing in time.
  func latency(of keys: String, patience: Int32 = 2000) -> Double? {
    drain()
    let pressed = now
    type(keys)
    var ready = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, patience) > 0 else { return nil }
    return now - pressed
  }

  /// Waits until nothing has been written for a tenth of a second.
  func settle() {
    var ready = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
    while poll(&ready, 1, 100) > 0, ready.revents & Int16(POLLIN) != 0 { drain() }
  }

  /// Waits until the program has used no processor time for a second.
  func waitUntilIdle(seconds: Int) throws {
    for _ in 0..<seconds {
      let before = try processorTicks()
      let end = now + 1
      while now < end {
        drain()
        usleep(20_000)
      }
      if try processorTicks() - before <= 1 { return }
    }
    throw BenchError(description: "the program was never idle")
  }

  /// Reads what has been written until nothing comes for a moment.
  private func drain() {
    var ready = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while poll(&ready, 1, 0) > 0, case let count = read(control, &buffer, buffer.count), count > 0 {
      received += buffer.prefix(count)
    }
  }

  /// Bytes of memory the program has beside mapped files.
  func anonymousBytes() throws -> Int {
    let rollup = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
    for line in rollup.split(separator: "\n") where line.hasPrefix("Anonymous:") {
      let words = line.split(separator: " ")
      if words.count > 1, let kilobytes = Int(words[1]) { return kilobytes * 1024 }
    }
    throw BenchError(description: "/proc/\(process)/smaps_rollup cannot be read")
  }

  /// Processor time the program has used, in clock ticks.
  func processorTicks() throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
      throw BenchError(description: "/proc/\(process)/stat cannot be read")
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
