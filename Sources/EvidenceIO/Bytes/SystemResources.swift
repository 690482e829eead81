import Glibc

/// What the machine offers.
package enum SystemResources {
  /// The system's words for the last failed call.
  static var lastError: String { String(cString: strerror(errno)) }
}
