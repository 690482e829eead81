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

  /// What was written since the last call.
  ///
  /// A mark written behind it tells when all of it has arrived, however busy the machine is.
  func take() -> [UInt8] {
    var written = 0
    while written < Self.mark.count {
      let count = write(line, Array(Self.mark[written...]), Self.mark.count - written)
      guard count > 0 || errno == EINTR else { break }
      written += max(0, count)
    }
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      let bytes = received.withLock { bytes -> [UInt8]? in
        guard bytes.count >= Self.mark.count, Array(bytes.suffix(Self.mark.count)) == Self.mark
        else { return nil }
        defer { bytes = [] }
        return bytes.dropLast(Self.mark.count)
      }
      if let bytes { return bytes }
      usleep(5000)
    }
    Issue.record("the mark behind the output never came")
    return []
  }

  private static let mark = Array("\u{1B}]777;taken\u{7}".utf8)

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
