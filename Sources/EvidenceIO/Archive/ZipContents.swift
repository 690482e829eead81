import ScoringCore

/// The members of a zip archive, held in memory.
package struct ZipContents {
  /// A member, or why it cannot be read.
  package struct Member {
    package let name: String
    package let content: Result<[UInt8], IngestError>
  }

  /// In the archive's order; names are those of files below a folder, each once.
  package let members: [Member]

  /// Reads an archive of at most `limit` bytes when unpacked.
  package init(_ path: String, limit: Int = 1 << 32) throws(IngestError) {
    let archive = try ZipArchive(try FileBytes.load(path, options: IngestOptions()), file: path)
    var (left, names) = (limit, Set<String>())
    var members: [Member] = []
    for entry in archive.members {
      guard Self.isPlain(entry.name), names.insert(entry.name).inserted else {
        throw IngestError(
          file: path, "holds a file under a name that no bundle has: \(entry.name)",
          remedy: "take the bundle as it was written")
      }
      guard entry.size >= 0, entry.size <= left else {
        throw IngestError(file: path, "unpacks to more than \(limit) bytes")
      }
      left -= entry.size
      members.append(Member(name: entry.name, content: Self.read(entry, archive)))
    }
    self.members = members
  }

  private static func read(
    _ entry: ZipArchive.Member, _ archive: ZipArchive
  ) -> Result<[UInt8], IngestError> {
    Result { () throws(IngestError) in
      let (storage, offset) = try archive.content(entry)
      guard let bytes = Column<UInt8>(in: storage, at: offset, count: entry.size) else {
        throw IngestError(file: archive.file, "ends inside \(entry.name)")
      }
      return bytes.span.withUnsafeBufferPointer { Array($0) }
    }
  }

  /// Whether a name stays below the folder that it is unpacked to, and is of plain characters.
  private static func isPlain(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".."
        && part.utf8.allSatisfy { byte in
          byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            || [0x2D, 0x2E, 0x5F].contains(byte)
        }
    }
  }
}
