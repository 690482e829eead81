import Glibc

/// What the machine offers.
package enum SystemResources {
  /// Processors this process may use.
  package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The system's words for the last failed call.
  static var lastError: String { String(cString: strerror(errno)) }
}
