import ScoringCore

/// How fast scores become curves, areas and intervals.
enum RankingBench {
  static func run() {
    for count in [40_000, 1_000_000] {
      let (values, labels) = scores(count)
      let curve = Timing.median {
        let ranking = Ranking(values: values, labels: labels)
        let roc = ROC(ranking)
        blackHole(ranking.auc())
        for fpr in [0.001, 0.01, 0.05] { blackHole(roc?.operatingPoint(fpr: fpr)?.tpr) }
      }
      printRow(
        "\(count) scores: sort, ROC, AUC, 3 TPRs", "\(digits(curve * 1e3)) ms",
        "\(digits(Double(count) / curve / 1e6, 1)) M scores/s")
      let ranking = Ranking(values: values, labels: labels)
      let delong = Timing.median { blackHole(DeLong.estimate(ranking)?.standardError) }
      printRow("\(count) scores: DeLong, once sorted", "\(digits(delong * 1e3)) ms")
    }
    let (values, labels) = scores(40_000)
    let ranking = Ranking(values: values, labels: labels)
    for threads in [1, nil] {
      let replicates = 1000
      let seconds = Timing.median(of: 3) {
        let bootstrap = Bootstrap(replicates: replicates, threads: threads)
        blackHole(
          bootstrap.estimate(ranking, targets: [RateTarget(fpr: 0.001)])?.auc.lower)
      }
      printRow(
        "40000 scores: bootstrap of AUC and TPR@0.1%",
        "\(digits(seconds / Double(replicates) * 1e3, 3)) ms",
        "a replicate, \(threads.map { "\($0) thread" } ?? "all threads")")
    }
  }

  /// Normal-like scores, members higher, from a fixed linear congruence.
  static func scores(_ count: Int) -> (values: [Double], labels: [Label]) {
    var state: UInt64 = 42
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    var values: [Double] = []
    var labels: [Label] = []
    for index in 0..<count {
      let sum = (0..<6).reduce(0) { total, _ in total + next() }
      let isMember = index % 2 == 0
      values.append(Double(Float(sum + (isMember ? 0.7 : 0))))
      labels.append(isMember ? .member : .nonMember)
    }
    return (values, labels)
  }
}

/// Keeps a result from being optimised away.
@inline(never)
func blackHole<T>(_ value: T) {}
