/// The mean of the lowest k % of means over windows of the numbers in `scratch.doubles`.
///
/// Windows of `window` numbers begin at every `stride`-th number; a last one that is cut short does
/// not count. floor(windows·k/100) of them are kept; where that is 0 there is no score. The numbers
/// are used up.
func meanOfLowestWindows(
  percent: Int, window: Int, stride: Int, _ scratch: inout Scratch
) -> Score {
  let windows = windowCount(scratch.doubles.count, window, stride)
  let kept = windows * percent / 100
  guard kept > 0 else { return .none(.tooShort) }
  scratch.floats.removeAll(keepingCapacity: true)
  for number in 0..<windows {
    let start = number * stride
    var total = 0.0
    for index in start..<start + window { total += scratch.doubles[index] }
    guard !total.isNaN else { return .none(.nonFinite) }
    // In place: no later window needs what stood here.
    scratch.doubles[number] = total / Double(window)
    scratch.floats.append(Float(scratch.doubles[number]))
  }
  scratch.doubles.removeLast(scratch.doubles.count - windows)
  let (exact, rounded) = (scratch.doubles, scratch.floats)
  return .ordinary(
    meanOfLowest(kept, of: exact.span, roundedTo: rounded.span, keys: &scratch.keys))
}

/// How many whole windows there are over some numbers.
func windowCount(_ count: Int, _ window: Int, _ stride: Int) -> Int {
  count < window ? 0 : (count - window) / stride + 1
}
