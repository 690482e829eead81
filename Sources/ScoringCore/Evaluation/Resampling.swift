import Basics

/// How often each row occurs in one replicate, by class.
struct ReplicateWeights {
  var members: [UInt8]
  var nonMembers: [UInt8]
  var memberTotal: Int
  var nonMemberTotal: Int

  init(members: Int, nonMembers: Int) {
    self.members = Array(repeating: 0, count: members)
    self.nonMembers = Array(repeating: 0, count: nonMembers)
    memberTotal = members
    nonMemberTotal = nonMembers
  }
}

/// Draws replicates of a sample: rows within each class, or whole clusters of rows.
///
/// A row is named by its *slot*: its place among its class in the order of one ranking.
struct Resampler: Sendable {
  let memberCount: Int
  let nonMemberCount: Int
  let clusters: Clusters?

  /// Resamples the rows of a ranking; with clusters, one id per input row.
  init(_ ranking: Ranking, clusters: [Int]?) {
    memberCount = ranking.memberCount
    nonMemberCount = ranking.nonMemberCount
    self.clusters = clusters.map { Clusters(ranking, ids: $0) }
  }

  /// Rows, or clusters that hold any, in the smaller class: what limits every conclusion.
  var smallestClass: Int {
    clusters.map { min($0.memberClusters, $0.nonMemberClusters) }
      ?? min(memberCount, nonMemberCount)
  }

  /// Rows, or clusters that hold any, of each class.
  var units: (members: Int, nonMembers: Int) {
    clusters.map { ($0.memberClusters, $0.nonMemberClusters) } ?? (memberCount, nonMemberCount)
  }

  func draw(into weights: inout ReplicateWeights, using generator: inout Xoshiro256) {
    guard let clusters else {
      Self.draw(into: &weights.members, using: &generator)
      Self.draw(into: &weights.nonMembers, using: &generator)
      return
    }
    clusters.draw(into: &weights, using: &generator)
  }

  /// Draws as many items as there are, with replacement, and counts how often each came.
  ///
  /// A count over 255 has a chance below 1e-500, so a byte is enough.
  static func draw(into counts: inout [UInt8], using generator: inout Xoshiro256) {
    let size = counts.count
    let bound = UInt64(size)
    counts.withUnsafeMutableBufferPointer { counts in
      counts.update(repeating: 0)
      guard size < 1 << 20 else {
        for _ in 0..<size {
          counts[Int(generator.next().multipliedFullWidth(by: bound).high)] &+= 1
        }
        return
      }
      // Two draws a word: with fewer than 2^20 items 32 bits leave a bias below 1 in 4,000.
      for _ in 0..<size / 2 {
        let word = generator.next()
        counts[Int(((word & 0xFFFF_FFFF) &* bound) >> 32)] &+= 1
        counts[Int(((word >> 32) &* bound) >> 32)] &+= 1
      }
      if size % 2 == 1 { counts[Int(((generator.next() >> 32) &* bound) >> 32)] &+= 1 }
    }
  }
}

/// Rows that belong together, such as the chunks of one document.
///
/// Clusters are drawn within strata: those of members only, of non-members only, and mixed ones.
struct Clusters: Sendable {
  /// For each member slot, its stratum and its place there.
  private var ofMember: [(stratum: UInt8, index: UInt32)] = []
  private var ofNonMember: [(stratum: UInt8, index: UInt32)] = []
  private var sizes = [0, 0, 0]

  /// Clusters that hold a member.
  var memberClusters: Int { sizes[0] + sizes[2] }
  /// Clusters that hold a non-member.
  var nonMemberClusters: Int { sizes[1] + sizes[2] }

  init(_ ranking: Ranking, ids: [Int]) {
    precondition(ids.count == ranking.labels.count, "one cluster id per row")
    var kinds: [Int: UInt8] = [:]
    for row in ranking.order {
      switch ranking.labels[Int(row)] {
      case .member: kinds[ids[Int(row)], default: 0] |= 1
      case .nonMember: kinds[ids[Int(row)], default: 0] |= 2
      case .unknown: break
      }
    }
    var places: [Int: (stratum: UInt8, index: UInt32)] = [:]
    for row in ranking.order where ranking.labels[Int(row)] != .unknown {
      let id = ids[Int(row)]
      let place: (stratum: UInt8, index: UInt32)
      if let known = places[id] {
        place = known
      } else {
        let stratum = (kinds[id] ?? 1) - 1
        place = (stratum, UInt32(sizes[Int(stratum)]))
        sizes[Int(stratum)] += 1
        places[id] = place
      }
      if ranking.labels[Int(row)] == .member {
        ofMember.append(place)
      } else {
        ofNonMember.append(place)
      }
    }
  }

  func draw(into weights: inout ReplicateWeights, using generator: inout Xoshiro256) {
    var counts = sizes.map { [UInt8](repeating: 0, count: $0) }
    for stratum in counts.indices { Resampler.draw(into: &counts[stratum], using: &generator) }
    (weights.memberTotal, weights.nonMemberTotal) = (0, 0)
    for (slot, place) in ofMember.enumerated() {
      weights.members[slot] = counts[Int(place.stratum)][Int(place.index)]
      weights.memberTotal += Int(weights.members[slot])
    }
    for (slot, place) in ofNonMember.enumerated() {
      weights.nonMembers[slot] = counts[Int(place.stratum)][Int(place.index)]
      weights.nonMemberTotal += Int(weights.nonMembers[slot])
    }
  }
}

/// A ranking laid out so that a replicate's figures take one pass and no sorting.
struct PresortedRanking: Sendable {
  /// For each non-member from the top, how many members rank strictly above it.
  let above: [UInt32]
  /// For each non-member from the top, how many members rank at least as high.
  let reach: [UInt32]
  let memberCount: Int
  let definedMembers: Int
  let definedNonMembers: Int
  /// For each place in this ranking, its slot in the resampler's ranking; nil when it is the same.
  let memberSlots: [UInt32]?
  let nonMemberSlots: [UInt32]?

  /// Lays out a ranking whose slots are numbered by `slots`, or by itself.
  init(_ ranking: Ranking, slots: Ranking? = nil) {
    var (above, reach): ([UInt32], [UInt32]) = ([], [])
    above.reserveCapacity(ranking.nonMemberCount)
    reach.reserveCapacity(ranking.nonMemberCount)
    var (start, nonMembers): (UInt32, UInt32) = (0, 0)
    for group in 0..<ranking.groupCount {
      let end = ranking.memberEnds[group]
      for _ in nonMembers..<ranking.nonMemberEnds[group] {
        above.append(start)
        reach.append(end)
      }
      (start, nonMembers) = (end, ranking.nonMemberEnds[group])
    }
    (self.above, self.reach) = (above, reach)
    memberCount = ranking.memberCount
    definedMembers = ranking.definedMemberCount
    definedNonMembers = ranking.definedNonMemberCount
    memberSlots = slots.map { Self.slots(of: ranking, in: $0, label: .member) }
    nonMemberSlots = slots.map { Self.slots(of: ranking, in: $0, label: .nonMember) }
  }

  private static func slots(of ranking: Ranking, in other: Ranking, label: Label) -> [UInt32] {
    var slot = [UInt32](repeating: 0, count: ranking.labels.count)
    var next: UInt32 = 0
    for row in other.order where other.labels[Int(row)] == label {
      slot[Int(row)] = next
      next += 1
    }
    return ranking.order.filter { ranking.labels[Int($0)] == label }.map { slot[Int($0)] }
  }

  /// Buffers of one worker.
  struct ReplicateScratch {
    /// Members drawn above each place, in this ranking's order.
    var memberSums: [UInt32]
    var nonMembers: [UInt8]

    init(_ ranking: PresortedRanking) {
      memberSums = Array(repeating: 0, count: ranking.memberCount + 1)
      nonMembers = Array(repeating: 0, count: ranking.above.count)
    }
  }

  /// How many figures `figures` writes before those of the targets: the AUC and the advantage.
  static let fixedFigures = 2

  /// Writes the AUC, the advantage and the rate at each target of one replicate; NaN if undefined.
  func figures(
    _ weights: ReplicateWeights, targets: [RateTarget], scratch: inout ReplicateScratch,
    into results: inout [Double]
  ) {
    sumMembers(weights.members, into: &scratch.memberSums)
    guard let nonMemberSlots else {
      return figures(weights, weights.nonMembers, targets, scratch.memberSums, &results)
    }
    for (place, slot) in nonMemberSlots.enumerated() {
      scratch.nonMembers[place] = weights.nonMembers[Int(slot)]
    }
    figures(weights, scratch.nonMembers, targets, scratch.memberSums, &results)
  }

  private func figures(
    _ weights: ReplicateWeights, _ nonMembers: [UInt8], _ targets: [RateTarget],
    _ sums: [UInt32], _ results: inout [Double]
  ) {
    let (memberTotal, nonMemberTotal) = (weights.memberTotal, weights.nonMemberTotal)
    guard memberTotal > 0, nonMemberTotal > 0 else {
      results.append(contentsOf: repeatElement(.nan, count: Self.fixedFigures + targets.count))
      return
    }
    var twice = 0
    nonMembers.withUnsafeBufferPointer { nonMembers in
      sums.withUnsafeBufferPointer { sums in
        for place in nonMembers.indices {
          let both = sums[Int(above[place])] &+ sums[Int(reach[place])]
          twice &+= Int(nonMembers[place]) &* Int(both)
        }
      }
    }
    results.append(Double(twice) / (2 * Double(memberTotal) * Double(nonMemberTotal)))
    results.append(advantage(nonMembers, sums, memberTotal, nonMemberTotal))
    for target in targets {
      let hits = detectedMembers(target, nonMembers, sums, nonMemberTotal)
      results.append(hits / Double(memberTotal))
    }
  }

  /// The largest TPR − FPR over all thresholds.
  ///
  /// The best threshold lies right above a non-member, or below every score there is.
  private func advantage(
    _ nonMembers: [UInt8], _ sums: [UInt32], _ memberTotal: Int, _ nonMemberTotal: Int
  ) -> Double {
    var best = 0
    var before = 0
    nonMembers.withUnsafeBufferPointer { nonMembers in
      sums.withUnsafeBufferPointer { sums in
        for place in 0..<definedNonMembers {
          let here = Int(sums[Int(above[place])]) &* nonMemberTotal &- before &* memberTotal
          best = here > best ? here : best
          before &+= Int(nonMembers[place])
        }
        let last = Int(sums[definedMembers]) &* nonMemberTotal &- before &* memberTotal
        best = last > best ? last : best
      }
    }
    return Double(best) / (Double(memberTotal) * Double(nonMemberTotal))
  }

  private func sumMembers(_ members: [UInt8], into sums: inout [UInt32]) {
    sums.withUnsafeMutableBufferPointer { sums in
      var total: UInt32 = 0
      if let memberSlots {
        for (place, slot) in memberSlots.enumerated() {
          total &+= UInt32(members[Int(slot)])
          sums[place + 1] = total
        }
      } else {
        for place in members.indices {
          total &+= UInt32(members[place])
          sums[place + 1] = total
        }
      }
    }
  }

  /// How many drawn members a target's threshold detects (a fraction when interpolated).
  private func detectedMembers(
    _ target: RateTarget, _ nonMembers: [UInt8], _ sums: [UInt32], _ total: Int
  ) -> Double {
    guard
      let limit = FalsePositiveLimit.largest(
        fpr: target.fpr, nonMembers: total, convention: target.convention)
    else { return .nan }
    guard limit >= 0 else { return 0 }
    var place = 0
    var before = 0
    while place < definedNonMembers {
      before += Int(nonMembers[place])
      if before > limit { break }
      place += 1
    }
    guard place < definedNonMembers else { return Double(sums[definedMembers]) }
    let low = Double(sums[Int(above[place])])
    let high = Double(sums[Int(reach[place])])
    guard target.convention == .interpolated, high > low else { return low }
    // The tie that crosses the wanted FPR is one slanted step: find its ends.
    var (first, last) = (place, place)
    while first > 0, reach[first - 1] == reach[place] { first -= 1 }
    while last + 1 < definedNonMembers, above[last + 1] == above[place] { last += 1 }
    let inTie = nonMembers[first...last].reduce(0) { $0 + Int($1) }
    let earlier = before - nonMembers[first...place].reduce(0) { $0 + Int($1) }
    return low + (target.fpr * Double(total) - Double(earlier)) / Double(inTie) * (high - low)
  }
}
