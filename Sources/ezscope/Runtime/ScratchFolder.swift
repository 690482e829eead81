import EvidenceIO
import FoundationEssentials
import Glibc

/// A folder for this process alone, gone when it is done.
struct ScratchFolder: ~Copyable {
  let path: String

  init() throws(CommandError) {
    let base = FileManager.default.temporaryDirectory.path
    var template = Array((base + "/ezscope-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandError(
        .inputOutput, "\(base): no folder can be made there; set TMPDIR to one that can be written")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
