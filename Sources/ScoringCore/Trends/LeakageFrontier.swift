/// A method's curve of leakage against validation loss: what it must give away for what it learned.
///
/// The curve is the method's front: the checkpoints of which no other has both a loss as low and less
/// leakage. Between two of them it is a straight line. Beyond its lowest loss there is no model, and at
/// a loss above all of them the method has something better: no curve is drawn on.
public struct LeakageFrontier: Sendable {
  /// A checkpoint: its validation loss in nats per token, and how much it leaks.
  public struct Point: Hashable, Sendable {
    /// The validation loss, in nats per token.
    public let loss: Double
    /// The leakage, such as an AUC; less is better.
    public let leakage: Double

    /// A checkpoint's place between utility and leakage.
    public init(loss: Double, leakage: Double) {
      self.loss = loss
      self.leakage = leakage
    }
  }

  /// The points on the curve by their index among all, the lowest loss first.
  public let front: [Int]
  private let points: [Point]

  /// Finds the curve among a method's checkpoints.
  public init(_ points: [Point]) {
    self.points = points
    var kept: [Int] = []
    let order = points.indices.sorted { one, two in
      (points[one].loss, points[one].leakage, one) < (points[two].loss, points[two].leakage, two)
    }
    for index in order {
      guard let last = kept.last else {
        kept.append(index)
        continue
      }
      if points[index].leakage < points[last].leakage { kept.append(index) }
    }
    front = kept
  }

  /// The curve at a validation loss, as weights of points that add up to 1.
  ///
  /// - Returns: nil where the method never reaches so low a loss.
  public func weights(atLoss loss: Double) -> [Int: Double]? {
    guard let first = front.first, let last = front.last, loss >= points[first].loss else {
      return nil
    }
    guard loss < points[last].loss, let above = front.firstIndex(where: { points[$0].loss > loss })
    else { return [last: 1] }
    let (low, high) = (front[above - 1], front[above])
    let share = (loss - points[low].loss) / (points[high].loss - points[low].loss)
    return share == 0 ? [low: 1] : [low: 1 - share, high: share]
  }

  /// The curve's leakage at a validation loss; nil where the method never reaches so low a loss.
  public func leakage(atLoss loss: Double) -> Double? {
    weights(atLoss: loss)?.reduce(0) { $0 + $1.value * points[$1.key].leakage }
  }
}
