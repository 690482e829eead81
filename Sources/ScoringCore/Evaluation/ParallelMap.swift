import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many threads the machine can run at once.
var availableThreads: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// Splits 0..<count into one contiguous part per thread and joins the parts' results in order.
///
/// Each part is worked by one call, which can keep its buffers over the whole part.
func parallelParts<Element: Sendable>(
  count: Int, threads: Int, _ work: @Sendable (Range<Int>) -> [Element]
) -> [Element] {
  let parts = max(1, min(threads, count))
  guard parts > 1 else { return work(0..<count) }
  let slots = Slots<[Element]>(count: parts, empty: [])
  DispatchQueue.concurrentPerform(iterations: parts) { part in
    let range = part * count / parts..<(part + 1) * count / parts
    slots.set(part, work(range))
  }
  return slots.all.flatMap { $0 }
}

/// Results of parallel work, one place per worker.
private final class Slots<Value: Sendable>: Sendable {
  private let values: Mutex<[Value]>

  init(count: Int, empty: Value) { values = Mutex(Array(repeating: empty, count: count)) }

  func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }

  var all: [Value] { values.withLock { $0 } }
}
