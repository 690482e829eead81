import Glibc

/// Runs a program to its end and collects what it wrote.
///
/// Not Foundation's `Process`: that waits until nobody holds the output open, and a tmux server
/// holds it for as long as it lives. Children start with no signal blocked or ignored, or signal
/// tests would test nothing.
struct Subprocess {
  let output: String
  /// The exit code, or 128 + the signal that ended it.
  let status: Int32

  /// `seconds` after the start the program is killed, and the status is 137.
  static func run(_ arguments: [String], seconds: Double = 10) throws -> Subprocess {
    let path = "/tmp/ezscope-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).out"
    defer { unlink(path) }
    let process = try spawn(arguments, output: path)
    let deadline = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline { kill(process, SIGKILL) }
      usleep(1_000)
    }
    let signal = status & 0x7F
    return Subprocess(
      output: try contents(of: path), status: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
  }

  private static func spawn(_ arguments: [String], output: String) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ)
    guard status == 0 else {
      throw StoryError("\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    return process
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
