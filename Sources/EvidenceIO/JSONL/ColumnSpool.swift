import Glibc
import ScoringCore
import Synchronization

/// Keeps the columns of a long input in a file without a name instead of in memory.
///
/// What is parsed would otherwise grow with the input. The first columns stay in memory, so that
/// short inputs touch no disk; later ones are written to the folder for temporary files and mapped,
/// which the system can take back from memory at any time.
final class ColumnSpool: Sendable {
  private struct State {
    var kept = 0
    /// -1 before the first use, -2 where there is no file to be had: then all stays in memory.
    var descriptor: Int32 = -1
    var end = 0
  }

  private let state = Mutex(State())
  private let limit: Int
  private let file: String

  /// - Parameters:
  ///   - limit: Bytes of columns that stay in memory.
  ///   - file: The input, for messages.
  init(limit: Int, file: String) {
    self.limit = limit
    self.file = file
  }

  deinit {
    let descriptor = state.withLock { $0.descriptor }
    if descriptor >= 0 { close(descriptor) }
  }

  /// The same columns, in the file unless there is room for them in memory.
  func stored(_ columns: EvidenceChunk.Columns) throws(IngestError) -> EvidenceChunk.Columns {
    var size = 0
    columns.forEachColumn { size += ($0.count + 63) & ~63 }
    guard size > 0, let (descriptor, start) = place(size) else { return columns }
    var at = 0
    var failure: IngestError?
    columns.forEachColumn { bytes in
      guard failure == nil else { return }
      do throws(IngestError) {
        try write(bytes, descriptor, start + at)
      } catch { failure = error }
      at += (bytes.count + 63) & ~63
    }
    if let failure { throw failure }
    let storage = try mapped(descriptor, start, size)
    var result = columns
    at = 0
    result.replaceColumns { count in
      defer { at += (count + 63) & ~63 }
      return (storage, at)
    }
    return result
  }

  /// A file and where in it to write, or nil if the columns stay in memory.
  private func place(_ size: Int) -> (descriptor: Int32, start: Int)? {
    state.withLock { state in
      if state.kept + size <= limit {
        state.kept += size
        return nil
      }
      if state.descriptor == -1 { state.descriptor = Self.openFile() }
      guard state.descriptor >= 0 else { return nil }
      let start = state.end
      // Mappings begin at pages.
      state.end += (size + 0xFFFF) & ~0xFFFF
      return (state.descriptor, start)
    }
  }

  /// A file without a name, on a disk rather than in memory where there is a choice.
  private static func openFile() -> Int32 {
    let wanted = getenv("TMPDIR").map { String(cString: $0) }
    for folder in [wanted, "/var/tmp", "/tmp"].compactMap({ $0 }) {
      let descriptor = OutputFile.openUnnamed(in: folder)
      if descriptor >= 0 { return descriptor }
    }
    return -2
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, _ offset: Int
  ) throws(IngestError) {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = pwrite(descriptor, base + done, bytes.count - done, offset + done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw IngestError(
          .inputOutput, file: file,
          "its columns cannot be kept in a temporary file (\(SystemResources.lastError))",
          remedy: "set TMPDIR to a folder with room for about half of the input's size")
      }
      done += count
    }
  }

  private func mapped(
    _ descriptor: Int32, _ start: Int, _ size: Int
  ) throws(IngestError) -> ColumnStorage {
    // The last column may end before the last multiple of 64 that was counted.
    let end = start + size
    var status = stat()
    guard fstat(descriptor, &status) == 0,
      status.st_size >= end || ftruncateAtLeast(descriptor, end),
      let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, start),
      address != MAP_FAILED
    else {
      throw IngestError(
        .inputOutput, file: file,
        "its columns cannot be mapped (\(SystemResources.lastError))")
    }
    return ColumnStorage(
      adopting: UnsafeRawBufferPointer(start: address, count: size),
      release: { munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count) })
  }

  /// Grows the file, which other threads may be growing as well.
  private func ftruncateAtLeast(_ descriptor: Int32, _ end: Int) -> Bool {
    state.withLock { _ in
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return false }
      return status.st_size >= end || ftruncate(descriptor, end) == 0
    }
  }
}

extension EvidenceChunk.Columns {
  /// Gives the bytes of every column a block of records can have, in a fixed order.
  func forEachColumn(_ body: (UnsafeRawBufferPointer) -> Void) {
    func give<T>(_ column: Column<T>?) {
      guard let column else { return }
      column.span.withUnsafeBytes(body)
    }
    func give(_ texts: TextColumn?) {
      give(texts?.bytes)
      give(texts?.offsets)
    }
    give(ids)
    give(labels)
    for texts in [texts, metas, extras, continuations] { give(texts) }
    give(tokenOffsets)
    give(tokenIDs)
    give(scored)
    for model in [target, reference] {
      give(model.logprobs)
      give(model.ranks)
      give(model.top1IDs)
      give(model.top1Logprobs)
      give(model.logprobMeans)
      give(model.logprobStds)
    }
  }

  /// Puts the same columns, in the same order, into other storage.
  mutating func replaceColumns(_ place: (Int) -> (storage: ColumnStorage, offset: Int)) {
    func put<T>(_ column: inout Column<T>?) {
      guard let old = column else { return }
      let (storage, offset) = place(old.count * MemoryLayout<T>.stride)
      column = Column(in: storage, at: offset, count: old.count) ?? old
    }
    func put(_ column: inout TextColumn?) {
      guard let old = column else { return }
      var (bytes, offsets): (Column<UInt8>?, Column<Int64>?) = (old.bytes, old.offsets)
      put(&bytes)
      put(&offsets)
      guard let bytes, let offsets else { return }
      column = TextColumn(bytes: bytes, offsets: offsets) ?? old
    }
    var ids: TextColumn? = self.ids
    put(&ids)
    self.ids = ids ?? self.ids
    put(&labels)
    put(&texts)
    put(&metas)
    put(&extras)
    put(&continuations)
    put(&tokenOffsets)
    put(&tokenIDs)
    put(&scored)
    for model in [\EvidenceChunk.Columns.target, \.reference] {
      put(&self[keyPath: model].logprobs)
      put(&self[keyPath: model].ranks)
      put(&self[keyPath: model].top1IDs)
      put(&self[keyPath: model].top1Logprobs)
      put(&self[keyPath: model].logprobMeans)
      put(&self[keyPath: model].logprobStds)
    }
  }
}
