import Basics
import ScoringCore

/// How far one column of scores is from a reference's, over the sequences both hold.
struct ScoreAgreement {
  /// Sequences compared.
  private(set) var compared = 0
  /// The largest relative deviation of a value, of P or of N.
  private(set) var largestDeviation = 0.0
  /// Sequences whose class, or whose having a score at all, differs.
  private(set) var otherClass = 0

  /// Compares columns row by row as joined; a reference without classes only says what is defined.
  init(_ ours: ScoreColumn, _ reference: ScoreColumn, _ join: IDJoin) {
    compared = join.count
    for (a, b) in zip(join.left, join.right) {
      let (mine, theirs) = (ours[Int(a)], reference[Int(b)])
      let isSame =
        reference.zones == nil
        ? mine.status.isDefined == theirs.status.isDefined : mine.status == theirs.status
      guard isSame else {
        otherClass += 1
        continue
      }
      guard mine.status.isDefined else { continue }
      add(mine.value, theirs.value)
      guard let zones = ours.zones, let known = reference.zones else { continue }
      add(zones.up[Int(a)], known.up[Int(b)])
      add(zones.down[Int(a)], known.down[Int(b)])
    }
  }

  private mutating func add(_ ours: Double, _ reference: Double) {
    // A reference may leave P and N out.
    guard ours != reference, !reference.isNaN else { return }
    let scale = max(abs(ours), abs(reference))
    let deviation = scale.isFinite ? abs(ours - reference) / scale : .infinity
    largestDeviation = max(largestDeviation, deviation.isNaN ? .infinity : deviation)
  }
}

/// How far figures are from a reference's.
struct FigureAgreement {
  /// The largest difference of an AUC.
  private(set) var auc = 0.0
  /// The largest difference of a TPR, in members.
  private(set) var members = 0.0
  /// Figures compared.
  private(set) var compared = 0

  /// Compares a ranking's figures with known ones.
  mutating func add(_ ranking: Ranking, _ known: ReferenceFigures.Entry) {
    guard let roc = ROC(ranking), let area = ranking.auc() else {
      compared += 1
      auc = .infinity
      return
    }
    if let value = known.auc {
      compared += 1
      auc = max(auc, abs(area - value))
    }
    for (target, value) in known.rates {
      guard let point = roc.operatingPoint(fpr: target.fpr, convention: target.convention) else {
        continue
      }
      compared += 1
      members = max(members, abs(point.tpr - value) * Double(ranking.memberCount))
    }
  }
}
