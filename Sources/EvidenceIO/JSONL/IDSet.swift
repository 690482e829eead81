import Basics
import ScoringCore

/// The ids of all sequences so far, in about 16 bytes each: a hash and a place, not the texts.
struct IDSet {
  /// 32 bits of the hash and the place plus 1; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 1 << 10)
  private var count = 0

  /// Remembers an id at a place, unless it is there already: then that one's place.
  ///
  /// - Parameter isSame: Whether the id at an earlier place is this one.
  mutating func insert(
    _ id: UnsafeBufferPointer<UInt8>, at place: Int, isSame: (Int) -> Bool
  ) -> Int? {
    let tag = ByteHash.hash(id) >> 32
    let mask = slots.count - 1
    var slot = Int(tag) & mask
    while slots[slot] != 0 {
      let other = Int(slots[slot] & 0xFFFF_FFFF) - 1
      if slots[slot] >> 32 == tag, isSame(other) { return other }
      slot = (slot + 1) & mask
    }
    slots[slot] = tag << 32 | UInt64(place + 1) & 0xFFFF_FFFF
    count += 1
    if count * 4 > slots.count * 3 { grow() }
    return nil
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    for entry in slots where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    slots = larger
  }
}
