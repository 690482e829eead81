import Basics
import Glibc

/// Texts one after another, growing.
struct TextList {
  /// The bytes of all texts.
  private(set) var bytes: [UInt8] = []
  /// Where each text ends, after a leading 0.
  private(set) var offsets: [Int64] = [0]

  /// The number of texts.
  var count: Int { offsets.count - 1 }

  /// Appends a text.
  @inline(__always) mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: text)
    offsets.append(Int64(bytes.count))
  }

  mutating func append(_ text: [UInt8]) {
    bytes.append(contentsOf: text)
    offsets.append(Int64(bytes.count))
  }

  /// Appends a text that `write` puts at the end of the bytes; nothing if it fails.
  @inline(__always)
  mutating func append(
    _ write: (inout [UInt8]) throws(JSONError) -> Void
  ) throws(JSONError) {
    try write(&bytes)
    offsets.append(Int64(bytes.count))
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
  }

  /// Where a text lies.
  @inline(__always) func range(_ index: Int) -> Range<Int> {
    Int(offsets[index])..<Int(offsets[index + 1])
  }

  /// A copy of a text.
  subscript(_ index: Int) -> [UInt8] { Array(bytes[range(index)]) }

  /// Gives a text's bytes without copying them.
  @inline(__always)
  func with<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let range = range(index)
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// Gives every text in turn.
  @inline(__always) func forEach(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { all in
      offsets.withUnsafeBufferPointer { offsets in
        for index in 0..<offsets.count - 1 {
          let range = Int(offsets[index])..<Int(offsets[index + 1])
          body(index, UnsafeBufferPointer(rebasing: all[range]))
        }
      }
    }
  }

  /// Whether a text is these bytes.
  @inline(__always) func equals(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    with(index) { ByteHash.equal($0, text) }
  }
}

/// Hashing and comparing of byte strings.
enum ByteHash {
  /// A well mixed hash of bytes, the same in every run.
  @inline(__always) static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var index = 0
    while index + 8 <= raw.count {
      state = mix(state ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var rest: UInt64 = 0
    while index < raw.count {
      rest = rest << 8 | UInt64(raw[index])
      index += 1
    }
    return mix(state ^ rest)
  }

  @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low ^ value &* 0x9E37_79B9_7F4A_7C15
  }

  @inline(__always) static func equal(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard left.count == right.count else { return false }
    guard let a = left.baseAddress, let b = right.baseAddress else { return true }
    if left.count <= 8 {
      // Most tokens: a call would cost more than the comparison.
      for index in 0..<left.count where a[index] != b[index] { return false }
      return true
    }
    return memcmp(a, b, left.count) == 0
  }
}

/// Gives every distinct text a number, counting from 0.
struct TextInterner {
  /// The distinct texts in order of their numbers.
  private(set) var texts = TextList()
  private var slots: [Int32] = [Int32](repeating: -1, count: 64)
  private var hashes: [UInt64] = []

  /// The number of distinct texts.
  var count: Int { texts.count }

  /// The number of a text, if it has one.
  @inline(__always) func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let found = slots[slot(text, ByteHash.hash(text))]
    return found < 0 ? nil : Int(found)
  }

  /// The number of a text, which is given the next one if it has none.
  @inline(__always)
  mutating func insert(_ text: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = ByteHash.hash(text)
    let place = slot(text, hash)
    if slots[place] >= 0 { return (Int(slots[place]), false) }
    slots[place] = Int32(texts.count)
    texts.append(text)
    hashes.append(hash)
    if texts.count * 2 > slots.count { grow() }
    return (texts.count - 1, true)
  }

  @inline(__always) private func slot(_ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] >= 0 {
      let index = Int(slots[place])
      if hashes[index] == hash && texts.equals(index, text) { return place }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    let mask = slots.count - 1
    for index in 0..<texts.count {
      var place = Int(truncatingIfNeeded: hashes[index]) & mask
      while slots[place] >= 0 { place = (place + 1) & mask }
      slots[place] = Int32(index)
    }
  }
}

/// Maps token ids to numbers, counting from 0.
struct IDTable {
  /// The distinct ids in order of their numbers.
  private(set) var ids: [Int32] = []
  private var slots: [Int32] = [Int32](repeating: -1, count: 64)

  /// The number of an id, if it has one.
  @inline(__always) func find(_ id: Int32) -> Int? {
    let found = slots[slot(id)]
    return found < 0 ? nil : Int(found)
  }

  /// The number of an id, which is given the next one if it has none.
  @inline(__always) mutating func insert(_ id: Int32) -> (index: Int, isNew: Bool) {
    let place = slot(id)
    if slots[place] >= 0 { return (Int(slots[place]), false) }
    slots[place] = Int32(ids.count)
    ids.append(id)
    if ids.count * 2 > slots.count { grow() }
    return (ids.count - 1, true)
  }

  @inline(__always) private func slot(_ id: Int32) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: ByteHash.mix(UInt64(UInt32(bitPattern: id)) &+ 1)) & mask
    while slots[place] >= 0 && ids[Int(slots[place])] != id { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for index in ids.indices { slots[slot(ids[index])] = Int32(index) }
  }
}
