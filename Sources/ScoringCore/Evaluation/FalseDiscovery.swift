/// Control of the false-discovery rate over many p-values (Benjamini and Hochberg 1995).
public enum FalseDiscovery {
  /// The smallest false-discovery rate at which each hypothesis would be rejected.
  ///
  /// NaN p-values are not tested: they stay NaN and do not count. Valid for the calibrated p-values
  /// of suspects against one set of non-members, which depend positively (Bates et al. 2023).
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    var result = pValues
    let tested = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var smallest = 1.0
    for (rank, row) in tested.enumerated().reversed() {
      smallest = min(smallest, pValues[row] * Double(tested.count) / Double(rank + 1))
      result[row] = smallest
    }
    return result
  }

  /// The rows that can be named when a share `rate` of them may be wrong, in ascending order.
  public static func discoveries(_ pValues: [Double], rate: Double) -> [Int] {
    let adjusted = adjusted(pValues)
    return pValues.indices.filter { adjusted[$0] <= rate }
  }
}
