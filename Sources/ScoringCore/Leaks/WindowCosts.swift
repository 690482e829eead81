/// Sums over every window of a length, and windows as long as a budget allows.
///
/// Sums are differences of running totals, so they do not depend on where a window began.
enum WindowCosts {
  /// The least sum over windows of `length` that hold only marked positions; nil without one.
  static func least(_ costs: [Double], _ marked: [Bool], length: Int) -> Double? {
    sums(costs, marked, length: length).min()
  }

  /// The largest such sum; nil without a window.
  static func most(_ costs: [Double], _ marked: [Bool], length: Int) -> Double? {
    sums(costs, marked, length: length).max()
  }

  /// For each position the least sum over the windows that contain it; NaN where none does.
  static func leastAround(_ costs: [Double], _ marked: [Bool], length: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: costs.count)
    let totals = totals(costs)
    // Starts of windows whose sums ascend: the first is the least of those around a position.
    var (starts, first) = ([(start: Int, sum: Double)](), 0)
    var run = 0
    for place in costs.indices {
      run = marked[place] ? run + 1 : 0
      // A window that ends `length` − 1 later contains this position first.
      if run >= length {
        let start = place + 1 - length
        let sum = totals[place + 1] - totals[start]
        while starts.count > first, let last = starts.last, last.sum >= sum { starts.removeLast() }
        starts.append((start, sum))
      }
      // The position whose last window is the one that starts at it is known now.
      let known = place + 1 - length
      guard known >= 0 else { continue }
      while first < starts.count, starts[first].start + length <= known { first += 1 }
      if first < starts.count, starts[first].start <= known { result[known] = starts[first].sum }
    }
    for known in max(0, costs.count + 1 - length)..<costs.count {
      while first < starts.count, starts[first].start + length <= known { first += 1 }
      if first < starts.count, starts[first].start <= known { result[known] = starts[first].sum }
    }
    return result
  }

  /// The longest windows of marked positions whose costs stay within a budget, in order.
  ///
  /// None lies inside another; both their ends ascend.
  static func within(_ budget: Double, _ costs: [Double], _ marked: [Bool]) -> [Range<Int>] {
    let totals = totals(costs)
    var windows: [Range<Int>] = []
    var start = 0
    for place in costs.indices {
      let before = start
      if !marked[place] {
        start = place + 1
      } else {
        while totals[place + 1] - totals[start] > budget { start += 1 }
      }
      // The window that ended here could not be made longer without giving up its beginning.
      if start > before, before < place { windows.append(before..<place) }
    }
    if start < costs.count { windows.append(start..<costs.count) }
    return windows
  }

  private static func sums(
    _ costs: [Double], _ marked: [Bool], length: Int
  ) -> [Double] {
    guard length > 0, costs.count >= length else { return [] }
    let totals = totals(costs)
    var sums: [Double] = []
    var run = 0
    for place in costs.indices {
      run = marked[place] ? run + 1 : 0
      if run >= length { sums.append(totals[place + 1] - totals[place + 1 - length]) }
    }
    return sums
  }

  private static func totals(_ costs: [Double]) -> [Double] {
    costs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }
}
