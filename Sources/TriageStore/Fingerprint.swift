import Basics
import ScoringCore

/// Which sequences an experiment has, in 128 bits: verdicts are kept by it.
///
/// It covers the ids and the texts and nothing else. Scores, models, labels and runs may change while
/// the texts somebody judged stay the same; with ids alone, two experiments that number their
/// sequences from 0 would share verdicts. It is a sum over sequences, so neither order nor sharding
/// matters, and parts may be summed up in parallel. It guards against mix-ups, not against forgery.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var count: UInt64 = 0

  /// The fingerprint of no sequence.
  package init() {}

  /// The fingerprint of all sequences of an experiment's runs, each counted once by its id.
  package init(of tables: [EvidenceTable]) {
    var seen: Set<String>?
    for (place, table) in tables.enumerated() {
      if place > 0 && Self.sameIDs(table, tables[0]) { continue }
      if place > 0 && seen == nil { seen = Set((0..<tables[0].count).map(tables[0].id)) }
      for chunk in table.chunks {
        for index in 0..<chunk.count {
          if seen?.insert(chunk.columns.ids[index]).inserted == false { continue }
          add(chunk, index)
        }
      }
    }
  }

  /// Adds a sequence; its text is the whole text, or its tokens joined where there is none.
  package mutating func add(id: String, text: String) {
    let (id, text) = (Array(id.utf8), Array(text.utf8))
    add(id.span, text.span)
  }

  /// Adds all sequences of another part of the same experiment.
  package mutating func add(_ other: Fingerprint) {
    low &+= other.low
    high &+= other.high
    count &+= other.count
  }

  /// `e1-` and 32 hexadecimal digits; the prefix names this way of computing it.
  package var description: String {
    "e1-" + Self.hexadecimal(Self.fold(low ^ count, 0x9E37_79B9_7F4A_7C15 ^ high))
      + Self.hexadecimal(Self.fold(high ^ count, 0xD6E8_FEB8_6659_FD93 ^ low))
  }

  private mutating func add(_ chunk: EvidenceChunk, _ index: Int) {
    let columns = chunk.columns
    if let texts = columns.texts, !texts.range(index).isEmpty {
      add(columns.ids.utf8(index), texts.utf8(index))
      return
    }
    var text: [UInt8] = []
    if let tokens = columns.tokenIDs, let vocabulary = columns.vocabulary {
      text = chunk.tokenRange(index).flatMap { vocabulary.bytes(of: tokens[$0]) ?? [] }
    }
    add(columns.ids.utf8(index), text.span)
  }

  private mutating func add(_ id: Span<UInt8>, _ text: Span<UInt8>) {
    var lanes: (UInt64, UInt64) = (0x2D35_8DCC_AA6C_78A5, 0x8BB8_4B93_962E_ACC9)
    Self.absorb(id, &lanes)
    Self.absorb(text, &lanes)
    low &+= Self.fold(lanes.0, 0x4B33_A62E_D433_D4A3)
    high &+= Self.fold(lanes.1, 0x4D5A_2DA5_1DE1_AA47)
    count &+= 1
  }

  /// Mixes a length and bytes into both lanes, 16 bytes at a time, multiplying as wyhash does.
  private static func absorb(_ span: Span<UInt8>, _ lanes: inout (UInt64, UInt64)) {
    span.withUnsafeBytes { bytes in
      mix(UInt64(bytes.count), 0xA076_1D64_78BD_642F, &lanes)
      var offset = 0
      while offset + 16 <= bytes.count {
        mix(
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
          &lanes)
        offset += 16
      }
      var tail: (UInt64, UInt64) = (0, 0)
      for (place, byte) in bytes[offset...].enumerated() {
        let shifted = UInt64(byte) << UInt64(8 * (place % 8))
        if place < 8 { tail.0 |= shifted } else { tail.1 |= shifted }
      }
      mix(tail.0, tail.1, &lanes)
    }
  }

  @inline(__always)
  private static func mix(_ first: UInt64, _ second: UInt64, _ lanes: inout (UInt64, UInt64)) {
    lanes.0 = fold(first ^ 0xE703_7ED1_A0B4_28DB, second ^ lanes.0)
    lanes.1 = fold(second ^ 0x8EBC_6AF0_9C88_C6E3, first ^ lanes.1) &+ (lanes.1 << 1)
  }

  @inline(__always)
  private static func fold(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let product = first.multipliedFullWidth(by: second)
    return product.high ^ product.low
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func sameIDs(_ first: EvidenceTable, _ second: EvidenceTable) -> Bool {
    guard first.count == second.count else { return false }
    if zip(first.chunks, second.chunks).allSatisfy({ $0 === $1 }) { return true }
    for index in 0..<first.count {
      let left = first.locate(index)
      let right = second.locate(index)
      let (a, b) = (left.chunk.columns.ids, right.chunk.columns.ids)
      if !same(a.utf8(left.index), b.utf8(right.index)) { return false }
    }
    return true
  }

  private static func same(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
    guard first.count == second.count else { return false }
    for index in 0..<first.count where first[index] != second[index] { return false }
    return true
  }
}
