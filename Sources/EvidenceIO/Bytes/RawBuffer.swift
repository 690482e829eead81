/// A buffer that is freed with its owner.
struct RawBuffer: ~Copyable, @unchecked Sendable {
  // Sendable is sound: a noncopyable owner hands its memory over as a whole.
  /// The memory, initialised to 0.
  private(set) var bytes: UnsafeMutableRawBufferPointer

  init(count: Int) {
    bytes = .allocate(byteCount: max(1, count), alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { bytes.deallocate() }

  /// The number of bytes.
  var count: Int { bytes.count }

  /// Makes room for at least `count` bytes and keeps the first `kept`.
  mutating func grow(to count: Int, keeping kept: Int) {
    guard count > bytes.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    larger.initializeMemory(as: UInt8.self, repeating: 0)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[0..<kept]))
    bytes.deallocate()
    bytes = larger
  }

  /// Part of the memory.
  func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[range])
  }
}
