import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The standard normal distribution.
package enum Normal {
  /// P(Z ≤ z).
  package static func cdf(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// P(|Z| ≥ |z|).
  package static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// The z with P(Z ≤ z) = p; infinite at 0 and 1.
  package static func quantile(_ p: Double) -> Double {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    if p > 0.5 { return -quantile(1 - p) }
    // A rough start (error under 5e-4), then Halley's method on the distribution function.
    let t = (-2 * log(p)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var z = above / below - t
    for _ in 0..<3 {
      let step = (cdf(z) - p) * (2 * Double.pi).squareRoot() * exp(z * z / 2)
      z -= step / (1 + z * step / 2)
    }
    return z
  }

  /// The half-width of a two-sided interval in standard errors: 1.96 at 0.95.
  package static func twoSidedQuantile(level: Double) -> Double { -quantile((1 - level) / 2) }
}

/// The gamma function and its Stirling error.
package enum Gamma {
  /// ln Γ(x) for x > 0.
  package static func log(_ x: Double) -> Double {
    var (x, product) = (x, 1.0)
    while x < 15 {
      product *= x
      x += 1
    }
    let main = (x - 0.5) * mathLog(x) - x + halfLogTwoPi
    return main + series(x) - mathLog(product)
  }

  /// ln Γ(x + 1) − [(x + ½) ln x − x + ½ ln 2π] for x > 0, small and without cancellation.
  static func stirlingError(_ x: Double) -> Double {
    x >= 15 ? series(x) : log(x + 1) - (x + 0.5) * mathLog(x) + x - halfLogTwoPi
  }

  static let halfLogTwoPi = 0.918938533204672741780329736406

  /// The asymptotic series of the Stirling error; to the last digit from 15 on.
  private static func series(_ x: Double) -> Double {
    let inverse = 1 / (x * x)
    var sum = 691.0 / 360_360
    sum = 1.0 / 1188 - sum * inverse
    sum = 1.0 / 1680 - sum * inverse
    sum = 1.0 / 1260 - sum * inverse
    sum = 1.0 / 360 - sum * inverse
    sum = 1.0 / 12 - sum * inverse
    return sum / x
  }
}

/// The binomial distribution.
package enum Binomial {
  /// P(X = k) for n trials of chance p; k and n need not be whole.
  ///
  /// The saddle-point form of Loader (2000), which keeps its digits for large n.
  package static func mass(_ k: Double, of n: Double, p: Double) -> Double {
    let q = 1 - p
    if k < 0 || k > n { return 0 }
    if p <= 0 { return k == 0 ? 1 : 0 }
    if q <= 0 { return k == n ? 1 : 0 }
    if k == 0 { return exp(n * log1p(-p)) }
    if k == n { return exp(n * mathLog(p)) }
    let rest = n - k
    let error =
      Gamma.stirlingError(n) - Gamma.stirlingError(k) - Gamma.stirlingError(rest)
      - deviance(k, n * p) - deviance(rest, n * q)
    return exp(error) * (n / (2 * Double.pi * k * rest)).squareRoot()
  }

  /// P(X ≤ k).
  package static func cdf(_ k: Int, of n: Int, p: Double) -> Double {
    if k < 0 { return 0 }
    if k >= n { return 1 }
    return Beta.cdf(1 - p, Double(n - k), Double(k + 1))
  }

  /// P(X ≥ k).
  package static func survival(_ k: Int, of n: Int, p: Double) -> Double {
    if k <= 0 { return 1 }
    if k > n { return 0 }
    return Beta.cdf(p, Double(k), Double(n - k + 1))
  }

  /// x ln(x/m) + m − x without cancellation near x = m.
  private static func deviance(_ x: Double, _ m: Double) -> Double {
    let difference = x - m
    guard abs(difference) < 0.1 * (x + m) else { return x * mathLog(x / m) - difference }
    let v = difference / (x + m)
    var sum = difference * v
    var term = 2 * x * v
    for j in 1..<1000 {
      term *= v * v
      let next = sum + term / Double(2 * j + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }
}

/// The beta distribution.
package enum Beta {
  /// The regularised incomplete beta function I_x(a, b), for a, b > 0.
  package static func cdf(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - lowerTail(1 - x, b, a) }
    return lowerTail(x, a, b)
  }

  /// The x with I_x(a, b) = p.
  package static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    if p <= 0 { return 0 }
    if p >= 1 { return 1 }
    if p > cdf(a / (a + b), a, b) { return 1 - lowQuantile(1 - p, b, a) }
    return lowQuantile(p, a, b)
  }

  /// Newton's method on the logarithm of the distribution function, kept inside a bracket.
  private static func lowQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    var x = a / (a + b)
    for _ in 0..<300 {
      let here = cdf(x, a, b)
      if here < p { low = x } else { high = x }
      var next = x - mathLog(here / p) * here / density(x, a, b)
      if !(next > low && next < high) {
        let wide = high > 4 * low
        next = wide ? (low > 0 ? (low * high).squareRoot() : high / 8) : (low + high) / 2
      }
      if abs(next - x) <= 4e-16 * x { return next }
      x = next
    }
    return x
  }

  private static func density(_ x: Double, _ a: Double, _ b: Double) -> Double {
    front(x, a, b) / (x * (1 - x))
  }

  /// x^a (1 − x)^b / B(a, b).
  private static func front(_ x: Double, _ a: Double, _ b: Double) -> Double {
    Binomial.mass(a, of: a + b, p: x) * a * b / (a + b)
  }

  /// I_x(a, b) left of the mean, by its continued fraction (DLMF 8.17.22) with Lentz's method.
  private static func lowerTail(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    d = 1 / (abs(d) < tiny ? tiny : d)
    var value = d
    func extend(by term: Double) {
      d = 1 + term * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + term / c
      c = abs(c) < tiny ? tiny : c
      value *= d * c
    }
    for m in 1..<100_000 {
      let k = Double(m)
      extend(by: k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)))
      extend(by: -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)))
      if abs(d * c - 1) < 1e-16 { break }
    }
    return front(x, a, b) * value / a
  }
}

/// Student's t distribution.
package enum StudentT {
  /// P(|T| ≥ |t|) with the given degrees of freedom.
  package static func twoSided(_ t: Double, degrees: Double) -> Double {
    if t.isInfinite { return 0 }
    return Beta.cdf(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// The half-width of a two-sided interval in standard errors.
  package static func twoSidedQuantile(level: Double, degrees: Double) -> Double {
    let x = Beta.quantile(1 - level, degrees / 2, 0.5)
    return (degrees * (1 - x) / x).squareRoot()
  }
}

/// The natural logarithm, reachable from types that have a `log` of their own.
private func mathLog(_ x: Double) -> Double { log(x) }
