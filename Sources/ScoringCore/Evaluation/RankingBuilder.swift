import Basics

/// Lays out sorted rows and their tie groups in the arrays a `Ranking` holds.
struct RankingBuilder {
  private(set) var order: [UInt32]
  private(set) var ends: [UInt32]
  private(set) var memberEnds: [UInt32]
  private(set) var nonMemberEnds: [UInt32]
  private(set) var groupCount = 0
  private var rowCount: UInt32 = 0
  private var members: UInt32 = 0
  private var nonMembers: UInt32 = 0

  init(capacity: Int) {
    order = Array(repeating: 0, count: capacity)
    ends = order
    memberEnds = order
    nonMemberEnds = order
  }

  /// Adds rows that all rank equally.
  mutating func append(tied rows: [UInt32], labels: [Label]) {
    guard !rows.isEmpty else { return }
    for row in rows {
      order[Int(rowCount)] = row
      rowCount += 1
      members += labels[Int(row)] == .member ? 1 : 0
      nonMembers += labels[Int(row)] == .nonMember ? 1 : 0
    }
    ends[groupCount] = rowCount
    memberEnds[groupCount] = members
    nonMemberEnds[groupCount] = nonMembers
    groupCount += 1
  }

  /// Adds rows from the highest value to the lowest, equal values as one group.
  mutating func append(sorting rows: ScoreTiers.Rows, values: [Double], labels: [Label]) {
    guard rows.count > 0 else { return }
    let sorted = DescendingSort(rows: rows, values: values, labels: labels)
    let words = sorted.words
    var (group, row, member, nonMember) = (groupCount, rowCount, members, nonMembers)
    order.withUnsafeMutableBufferPointer { order in
      ends.withUnsafeMutableBufferPointer { ends in
        memberEnds.withUnsafeMutableBufferPointer { memberEnds in
          nonMemberEnds.withUnsafeMutableBufferPointer { nonMemberEnds in
            for index in words.indices {
              let word = words[index]
              let code = (word >> 29) & 3
              let position = Int(word & DescendingSort.positionMask)
              order[Int(row)] = UInt32(position)
              row &+= 1
              member &+= UInt32(code & 1)
              nonMember &+= code == 0 ? 1 : 0
              if index + 1 < words.count {
                let next = words[index + 1]
                // Only rows that agree in the sorted bits can tie, so most need no look-up.
                if (word ^ next) >> 31 == 0,
                  sorted.key(at: position)
                    == sorted.key(at: Int(next & DescendingSort.positionMask))
                {
                  continue
                }
              }
              ends[group] = row
              memberEnds[group] = member
              nonMemberEnds[group] = nonMember
              group += 1
            }
          }
        }
      }
    }
    if case .some(let rows) = rows {
      for index in Int(rowCount)..<Int(row) { order[index] = rows[Int(order[index])] }
    }
    (groupCount, rowCount, members, nonMembers) = (group, row, member, nonMember)
  }

  /// Drops the space no group needed.
  mutating func finish() {
    let spare = ends.count - groupCount
    ends.removeLast(spare)
    memberEnds.removeLast(spare)
    nonMemberEnds.removeLast(spare)
  }
}

/// Sorts doubles, highest first, by radix.
///
/// Each row becomes one word: 33 leading bits of its order-preserving key, a class code (1 member,
/// 0 non-member, 2 unknown) and its position. Three passes of 11 bits sort the words; the few rows
/// that agree in all 33 bits are then put in order by their whole keys.
struct DescendingSort {
  static let positionMask: UInt64 = (1 << 29) - 1
  private static let prefixShift: UInt64 = 31
  private static let buckets = 2048

  /// Sorted words.
  private(set) var words: [UInt64]
  private let rows: ScoreTiers.Rows
  private let values: [Double]

  init(rows: ScoreTiers.Rows, values: [Double], labels: [Label]) {
    let count = rows.count
    precondition(count <= Int(Self.positionMask) + 1, "at most 2^29 rows")
    self.rows = rows
    self.values = values
    words = Array(repeating: 0, count: count)
    var (low, high) = (Double.infinity, -Double.infinity)
    switch rows {
    case .all:
      for value in values {
        low = value < low ? value : low
        high = value > high ? value : high
      }
    case .some(let rows):
      for row in rows {
        low = min(low, values[Int(row)])
        high = max(high, values[Int(row)])
      }
    }
    let first = Self.key(high)
    let shift = UInt64((Self.key(low) &- first).leadingZeroBitCount)
    words.withUnsafeMutableBufferPointer { words in
      switch rows {
      case .all:
        for row in words.indices {
          let prefix = (Self.key(values[row]) &- first) << shift
          words[row] = Self.word(prefix, labels[row], row)
        }
      case .some(let rows):
        for position in words.indices {
          let row = Int(rows[position])
          let prefix = (Self.key(values[row]) &- first) << shift
          words[position] = Self.word(prefix, labels[row], position)
        }
      }
    }
    guard low < high else { return }
    if count <= 256 {
      words.sort { ($0 >> 31, $0 & Self.positionMask) < ($1 >> 31, $1 & Self.positionMask) }
    } else {
      radixSort()
    }
    settleEqualPrefixes()
  }

  /// A key whose ascending order is the descending order of the value at a position.
  @inline(__always)
  func key(at position: Int) -> UInt64 {
    switch rows {
    case .all: Self.key(values[position])
    case .some(let rows): Self.key(values[Int(rows[position])])
    }
  }

  @inline(__always)
  private static func key(_ value: Double) -> UInt64 {
    // Adding zero makes −0 and +0 one value.
    let bits = (value + 0.0).bitPattern
    let sign = UInt64(bitPattern: Int64(bitPattern: bits) >> 63)
    return ~(bits ^ (sign | (1 << 63)))
  }

  @inline(__always)
  private static func word(_ prefix: UInt64, _ label: Label, _ position: Int) -> UInt64 {
    let code: UInt64 = label == .member ? 1 : label == .nonMember ? 0 : 2
    return (prefix & ~((1 << prefixShift) - 1)) | (code << 29) | UInt64(position)
  }

  private mutating func radixSort() {
    var counts = [Int](repeating: 0, count: 3 * Self.buckets)
    var other = [UInt64](repeating: 0, count: words.count)
    counts.withUnsafeMutableBufferPointer { counts in
      for word in words {
        counts[Int((word >> 31) & 2047)] &+= 1
        counts[Self.buckets &+ Int((word >> 42) & 2047)] &+= 1
        counts[2 &* Self.buckets &+ Int(word >> 53)] &+= 1
      }
      for pass in 0..<3 {
        let bucketStart = pass * Self.buckets
        var start = 0
        for bucket in bucketStart..<bucketStart + Self.buckets {
          let here = counts[bucket]
          counts[bucket] = start
          start += here
        }
        let next = UnsafeMutableBufferPointer(
          rebasing: counts[bucketStart..<bucketStart + Self.buckets])
        let shift = UInt64(31 + 11 * pass)
        words.withUnsafeBufferPointer { from in
          other.withUnsafeMutableBufferPointer { to in
            for word in from {
              let bucket = Int((word >> shift) & 2047)
              to[next[bucket]] = word
              next[bucket] &+= 1
            }
          }
        }
        swap(&words, &other)
      }
    }
  }

  /// Orders rows that agree in the 33 sorted bits; radix order within them is by position.
  private mutating func settleEqualPrefixes() {
    var words: [UInt64] = []
    swap(&words, &self.words)
    words.withUnsafeMutableBufferPointer { words in
      var start = 0
      while start + 1 < words.count {
        guard (words[start] ^ words[start + 1]) >> Self.prefixShift == 0 else {
          start += 1
          continue
        }
        var end = start + 2
        while end < words.count, (words[start] ^ words[end]) >> Self.prefixShift == 0 { end += 1 }
        if end == start + 2 {
          let keys = (
            key(at: Int(words[start] & Self.positionMask)),
            key(at: Int(words[start + 1] & Self.positionMask))
          )
          if keys.0 > keys.1 { words.swapAt(start, start + 1) }
        } else {
          settle(words[start..<end])
        }
        start = end
      }
    }
    self.words = words
  }

  private func settle(_ run: Slice<UnsafeMutableBufferPointer<UInt64>>) {
    let items = run.map { (key: key(at: Int($0 & Self.positionMask)), word: $0) }
    guard zip(items, items.dropFirst()).contains(where: { $0.key > $1.key }) else { return }
    let sorted = items.sorted {
      ($0.key, $0.word & Self.positionMask) < ($1.key, $1.word & Self.positionMask)
    }
    let target = UnsafeMutableBufferPointer(rebasing: run)
    for (place, item) in sorted.enumerated() { target[place] = item.word }
  }
}
