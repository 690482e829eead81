import Glibc
import TestSupport

/// Runs a program to its end and collects what it wrote.
struct Subprocess {
  let output: String
  /// The exit code, or 128 + the signal that ended it.
  let status: Int32

  /// `seconds` after the start the program is killed, and the status is 137.
  static func run(_ arguments: [String], seconds: Double = 120) throws -> Subprocess {
    let path = "/tmp/ezscope-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).out"
    defer { unlink(path) }
    let process = try ChildProcess(arguments) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    let status = process.wait(seconds: seconds)
    return Subprocess(output: try contents(of: path), status: status)
  }

  private static func contents(of path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw StoryError("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What went wrong in a story, with the screen it happened on.
struct StoryError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
