import Basics
import Glibc

/// A pipe to oneself that ends the event loop's wait: a zero byte for a message, else a signal's number.
///
/// Any thread and any signal handler may write to it; it never blocks.
package final class SelfPipe: Sendable {
  package let readEnd: Int32
  /// For signal handlers, which may do nothing but `write(2)`.
  package let writeEnd: Int32

  package init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw .cannotStart(reason: "no pipe for wake-ups (errno \(errno))")
    }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Ends the wait.
  ///
  /// A full pipe is as good: its reader wakes anyway.
  package func wake() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// Takes everything out and returns the signals among it, in order.
  package func drain() -> [Int32] {
    var signals: [Int32] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = read(readEnd, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return signals }
      signals += buffer.prefix(count).filter { $0 != 0 }.map(Int32.init)
    }
  }
}
