import Foundation
import Glibc

/// Runs the built program with files for its streams, so that no pipe can fill up.
enum Program {
  /// What a run came to.
  struct Outcome {
    /// The exit status, or 128 plus the signal that ended it.
    let status: Int32
    let output: String
    let errors: String
  }

  /// The program beside the test bundle.
  static var path: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let bytes = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    let folder = String(decoding: bytes, as: UTF8.self).split(separator: "/").dropLast()
    return "/" + folder.joined(separator: "/") + "/ezscope"
  }

  /// Runs the program to its end; `environment` is added to the tests' own.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    let folder = try Folder()
    let source = try folder.write("stdin", input)
    let (output, errors) = (folder.path + "/stdout", folder.path + "/stderr")
    let status = try spawn(arguments, environment) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, source, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    }
    return Outcome(
      status: status, output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// Runs the program with one of its streams on a terminal; gives what the terminal was sent.
  static func runOnTerminal(_ arguments: [String], stream: Int32) throws -> String {
    let (master, slave) = try terminal()
    defer { close(master) }
    // A reader holds the terminal open, so that what was written outlives the writer.
    let held = open(slave, O_RDWR | O_NOCTTY)
    defer { close(held) }
    _ = try spawn(arguments) { actions in
      for number in Int32(0)...2 {
        let place = number == stream ? slave : "/dev/null"
        posix_spawn_file_actions_addopen(&actions, number, place, O_RDWR | O_NOCTTY, 0)
      }
    }
    var text: [UInt8] = []
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    var buffer = [UInt8](repeating: 0, count: 65536)
    while poll(&ready, 1, 100) > 0 {
      let count = read(master, &buffer, buffer.count)
      if count <= 0 { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A new terminal's two ends: a descriptor and a path.
  private static func terminal() throws -> (Int32, String) {
    // As `unlockpt` and `ptsname` do, which Swift does not see.
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, Int32) = (0, 0)
    guard master >= 0, ioctl(master, setLock, &lock) == 0, ioctl(master, getNumber, &number) == 0
    else { throw POSIXError(.EIO) }
    return (master, "/dev/pts/\(number)")
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String: String] = [:],
    _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child = pid_t()
    let all = ProcessInfo.processInfo.environment.merging(environment) { _, mine in mine }
    var variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { variables.forEach { free($0) } }
    let failure = posix_spawn(&child, path, &actions, nil, &words, &variables)
    guard failure == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}

/// A folder that is removed with its owner.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "ezscope-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    return file
  }
}
