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
    let keys = sorted.keys
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
                  keys[position] == keys[Int(next & DescendingSort.positionMask)]
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

  /// Sorted words.
  private(set) var words: [UInt64]
  /// Per position, a key whose ascending order is the value's descending order.
  let keys: [UInt64]

  init(rows: ScoreTiers.Rows, values: [Double], labels: [Label]) {
    let count = rows.count
    precondition(count <= Int(Self.positionMask) + 1, "at most 2^29 rows")
    switch rows {
    case .all: keys = values.map(Self.key)
    case .some(let rows): keys = rows.map { Self.key(values[Int($0)]) }
    }
    var (low, high) = (UInt64.max, UInt64.min)
    for key in keys {
      low = min(low, key)
      high = max(high, key)
    }
    let shift = UInt64((high &- low).leadingZeroBitCount)
    words = Array(repeating: 0, count: count)
    for position in 0..<count {
      let label: Label
      switch rows {
      case .all: label = labels[position]
      case .some(let rows): label = labels[Int(rows[position])]
      }
      let code = UInt64(UInt8(bitPattern: label.rawValue) & 3) ^ (label == .unknown ? 1 : 0)
      let prefix = ((keys[position] &- low) << shift) & ~((1 << 31) - 1)
      words[position] = prefix | (code << 29) | UInt64(position)
    }
    guard low != high else { return }
    if count <= 256 {
      words.sort { ($0 >> 31, $0 & Self.positionMask) < ($1 >> 31, $1 & Self.positionMask) }
    } else {
      radixSort()
    }
    settleEqualPrefixes()
  }

  private static func key(_ value: Double) -> UInt64 {
    // Adding zero makes −0 and +0 one value.
    let bits = (value + 0.0).bitPattern
    let sign = UInt64(bitPattern: Int64(bitPattern: bits) >> 63)
    return ~(bits ^ (sign | (1 << 63)))
  }

  private mutating func radixSort() {
    let size = 2048
    var counts = [Int](repeating: 0, count: 3 * size)
    counts.withUnsafeMutableBufferPointer { counts in
      for word in words {
        counts[Int((word >> 31) & 2047)] += 1
        counts[size + Int((word >> 42) & 2047)] += 1
        counts[2 * size + Int(word >> 53)] += 1
      }
      for pass in 0..<3 {
        var start = 0
        for bucket in pass * size..<(pass + 1) * size {
          let here = counts[bucket]
          counts[bucket] = start
          start += here
        }
      }
      var other = [UInt64](repeating: 0, count: words.count)
      for pass in 0..<3 {
        let shift = UInt64(31 + 11 * pass)
        words.withUnsafeBufferPointer { from in
          other.withUnsafeMutableBufferPointer { to in
            for word in from {
              let bucket = pass * size + Int((word >> shift) & 2047)
              to[counts[bucket]] = word
              counts[bucket] += 1
            }
          }
        }
        swap(&words, &other)
      }
    }
  }

  /// Orders rows that agree in the 33 sorted bits; radix order within them is by position.
  private mutating func settleEqualPrefixes() {
    let count = words.count
    let keys = keys
    words.withUnsafeMutableBufferPointer { words in
      var start = 0
      while start + 1 < count {
        guard (words[start] ^ words[start + 1]) >> 31 == 0 else {
          start += 1
          continue
        }
        var end = start + 1
        var isSorted = true
        var last = keys[Int(words[start] & Self.positionMask)]
        while end < count, (words[start] ^ words[end]) >> 31 == 0 {
          let key = keys[Int(words[end] & Self.positionMask)]
          isSorted = isSorted && last <= key
          last = key
          end += 1
        }
        if !isSorted {
          words[start..<end].sort {
            let (left, right) = (Int($0 & Self.positionMask), Int($1 & Self.positionMask))
            return (keys[left], left) < (keys[right], right)
          }
        }
        start = end
      }
    }
  }
}
