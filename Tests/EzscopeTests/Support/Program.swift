import Foundation
import Glibc
import TestSupport

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
    let folder = try TemporaryFolder()
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
    let terminal = try TerminalDevice()
    let master = terminal.control
    defer { close(master) }
    // A reader holds the terminal open, so that what was written outlives the writer.
    let held = try terminal.openLine()
    defer { close(held) }
    _ = try spawn(arguments) { actions in
      for number in Int32(0)...2 {
        let place = number == stream ? terminal.path : "/dev/null"
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

  private static func spawn(
    _ arguments: [String], _ environment: [String: String] = [:],
    _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> Int32 {
    try ChildProcess([path] + arguments, environment: environment, prepare).wait(seconds: 300)
  }
}
