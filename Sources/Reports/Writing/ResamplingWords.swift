/// What is said of a bootstrap.
enum ResamplingWords {
  /// A warning where even the smallest p-value that so few replicates can give does not pass Holm's
  /// correction over all tests; empty where it does.
  static func tooFewReplicates(_ replicates: Int, tests: Int, level: Double) -> [String] {
    guard 2 / Double(replicates + 1) * Double(tests) >= 1 - level else { return [] }
    return [
      "With so few replicates Holm's correction lets no comparison of the bootstrap pass, however "
        + "large: raise --replicates."
    ]
  }
}
