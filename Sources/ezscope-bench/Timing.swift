/// Times work several times over and keeps the middle.
enum Timing {
  /// The median duration of `repeats` runs, in seconds, after one that is not counted.
  static func median(of repeats: Int = 7, _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    try work()
    var times: [Duration] = []
    for _ in 0..<repeats { times.append(try clock.measure(work)) }
    return times.sorted()[repeats / 2] / .seconds(1)
  }
}

/// A row of figures: a name, a value with its unit, and what it is to be compared with.
func printRow(_ name: String, _ value: String, _ note: String = "") {
  let name = name + String(repeating: " ", count: max(1, 46 - name.count))
  let value = String(repeating: " ", count: max(0, 14 - value.count)) + value
  print(note.isEmpty ? "\(name)\(value)" : "\(name)\(value)   \(note)")
}

/// A number with a few digits, for tables.
func digits(_ value: Double, _ decimals: Int = 2) -> String {
  guard value >= 0 else { return "-" + digits(-value, decimals) }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let whole = Int((value * scale).rounded())
  guard decimals > 0 else { return "\(whole)" }
  let fraction = String(whole % Int(scale))
  let zeros = String(repeating: "0", count: decimals - fraction.count)
  return "\(whole / Int(scale)).\(zeros)\(fraction)"
}
