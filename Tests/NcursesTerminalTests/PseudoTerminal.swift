import Glibc
import Synchronization
import Testing
import TestSupport

/// A terminal line whose other end collects what is written to it.
///
/// A thread drains it all the time: a pty holds 4 KB, and a writer nobody reads would hang.
final class PseudoTerminal: Sendable {
  /// The program's end.
  let line: Int32
  private let control: Int32
  private let received = Mutex<[UInt8]>([])

  init(width: Int, height: Int) throws {
    let device = try TerminalDevice()
    control = device.control
    line = try device.openLine()
    resize(width: width, height: height)
    let reader = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<PseudoTerminal>.fromOpaque(argument).takeRetainedValue().drain()
        return nil
      }, reader.toOpaque())
    try #require(status == 0)
    pthread_detach(thread)
  }

  func resize(width: Int, height: Int) {
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(line, UInt(TIOCSWINSZ), &size) == 0)
  }

  /// What was written since the last call, once the line has been quiet for a moment.
  func take() -> [UInt8] {
    var (previous, quiet) = (-1, 0)
    for _ in 0..<400 {
      let count = received.withLock { $0.count }
      quiet = count == previous && count > 0 ? quiet + 1 : 0
      if quiet == 8 { break }
      previous = count
      usleep(10_000)
    }
    return received.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
  }

  var isCanonical: Bool {
    var settings = termios()
    return tcgetattr(line, &settings) == 0 && settings.c_lflag & UInt32(ICANON) != 0
  }

  /// Ends the reader as well.
  func hangUp() { close(line) }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(control, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      received.withLock { $0 += buffer.prefix(count) }
    }
    close(control)
  }
}
