/// Which sequences are drawn together, and among which others, when a sample is drawn anew.
///
/// A unit is a sequence, or all sequences of a document. Units are drawn within strata, so that
/// every replicate has as many of each kind; a document whose sequences are of several kinds makes
/// a stratum with the documents that mix the same kinds.
struct SamplingUnits: Sendable {
  /// For each row its unit.
  let unitOfRow: [Int]
  /// How many units each stratum has; units are numbered through them.
  let strata: [Int]

  /// Groups rows; `kinds` and `clusters` have one entry per row, and nil clusters are units alone.
  init(kinds: [Int], clusters: [Int]? = nil) {
    var kindsOfCluster: [Int: Set<Int>] = [:]
    for (row, kind) in kinds.enumerated() {
      kindsOfCluster[clusters?[row] ?? row, default: []].insert(kind)
    }
    var strata: [[Int]: Int] = [:]
    var sizes: [Int] = []
    var places: [Int: (stratum: Int, place: Int)] = [:]
    let ofRow = kinds.indices.map { row in
      let cluster = clusters?[row] ?? row
      if let known = places[cluster] { return known }
      let signature = (kindsOfCluster[cluster] ?? []).sorted()
      let stratum = strata[signature, default: sizes.count]
      if stratum == sizes.count {
        strata[signature] = stratum
        sizes.append(0)
      }
      let place = (stratum: stratum, place: sizes[stratum])
      sizes[stratum] += 1
      places[cluster] = place
      return place
    }
    let starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    unitOfRow = ofRow.map { starts[$0.stratum] + $0.place }
    self.strata = sizes
  }
}
