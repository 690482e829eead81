/// The bytes that columns are views into: a mapped file or a buffer, never changed after creation.
///
/// This is the one place where evidence touches raw memory. `@unchecked Sendable` is sound because
/// the bytes are immutable for the object's whole life and released only when nobody refers to it.
public final class ColumnStorage: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void

  /// Takes ownership of memory that must not change until `release` is called with it.
  public init(
    adopting bytes: UnsafeRawBufferPointer,
    release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    self.bytes = bytes
    self.release = release
  }

  deinit { release(bytes) }

  /// Copies an array's elements into storage of their own.
  public static func copying<Element: BitwiseCopyable>(_ elements: [Element]) -> ColumnStorage {
    elements.withUnsafeBytes { source in
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, source.count), alignment: 64)
      copy.copyMemory(from: source)
      return ColumnStorage(
        adopting: UnsafeRawBufferPointer(rebasing: copy[0..<source.count]),
        release: { UnsafeMutableRawPointer(mutating: $0.baseAddress)?.deallocate() })
    }
  }

  /// The number of bytes held.
  public var byteCount: Int { bytes.count }

  /// Whether a column of this type may lie there: inside the bytes, and aligned for its type.
  public func holds<T: BitwiseCopyable>(_: T.Type, at offset: Int, count: Int) -> Bool {
    guard offset >= 0, count >= 0 else { return false }
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard !overflow, offset <= bytes.count, size <= bytes.count - offset else { return false }
    let address = Int(bitPattern: bytes.baseAddress) + offset
    return count == 0 || address % MemoryLayout<T>.alignment == 0
  }

  /// A view of `count` elements at a byte offset; `holds` must be true of them.
  @_lifetime(borrow self)
  func span<T: BitwiseCopyable>(_: T.Type, at offset: Int, count: Int) -> Span<T> {
    // No elements lie nowhere: their place need not be aligned.
    guard count > 0 else { return _overrideLifetime(Span<T>(), borrowing: self) }
    let size = count * MemoryLayout<T>.stride
    let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])
    return _overrideLifetime(part.bindMemory(to: T.self).span, borrowing: self)
  }
}
