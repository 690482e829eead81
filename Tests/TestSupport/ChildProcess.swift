import Foundation

/// A program started with descriptors of one's choice.
///
/// Not Foundation's `Process`: that waits until nobody holds the output open, and a tmux server
/// holds it for as long as it lives. Children start with no signal blocked or ignored, or tests of
/// signals would test nothing.
package struct ChildProcess {
  private let id: pid_t

  /// Starts a program found on the path, with its streams as `prepare` sets them up.
  ///
  /// `environment` is added to the tests' own.
  package init(
    _ arguments: [String], environment: [String: String] = [:],
    _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    let words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    let merged = ProcessInfo.processInfo.environment.merging(environment) { _, mine in mine }
    let variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { variables.forEach { free($0) } }
    var id: pid_t = 0
    let failure = posix_spawnp(&id, arguments[0], &actions, &attributes, words, variables)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    self.id = id
  }

  /// Waits for its end: the exit status, or 128 plus the signal that ended it.
  ///
  /// After `seconds` it is killed, and the status is 137.
  package func wait(seconds: Double) -> Int32 {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while waitpid(id, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline { kill(id, SIGKILL) }
      usleep(1_000)
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
