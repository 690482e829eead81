import Foundation

/// The two ends of a new terminal.
package struct TerminalDevice {
  /// The end that stands for the screen and the keyboard.
  package let control: Int32
  /// The path of the program's end.
  package let path: String

  package init() throws {
    // As `unlockpt` and `ptsname` do, which Swift does not see.
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    control = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, Int32) = (0, 0)
    guard control >= 0, ioctl(control, setLock, &lock) == 0, ioctl(control, getNumber, &number) == 0
    else { throw POSIXError(.EIO) }
    path = "/dev/pts/\(number)"
  }

  /// Opens the program's end.
  package func openLine() throws -> Int32 {
    let line = open(path, O_RDWR | O_NOCTTY)
    guard line >= 0 else { throw POSIXError(.EIO) }
    return line
  }
}
