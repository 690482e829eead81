import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many threads the machine can run at once.
package var availableThreads: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// Splits 0..<count into one contiguous part per thread and joins the parts' results in order.
///
/// Each part is worked by one call, which can keep its buffers over the whole part.
package func parallelParts<Element: Sendable>(
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

/// Works items of unequal cost: each thread takes the next one that nobody has.
package func parallelItems<Element: Sendable>(
  count: Int, threads: Int, _ work: @Sendable (Int) -> Element
) -> [Element] {
  guard min(threads, count) > 1 else { return (0..<count).map(work) }
  let slots = Slots<Element?>(count: count, empty: nil)
  let next = NextItem()
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while case let item = next.take(), item < count { slots.set(item, work(item)) }
  }
  return slots.all.compactMap { $0 }
}

/// The number of the next item; a class because an atomic cannot be captured.
private final class NextItem: Sendable {
  private let value = Atomic<Int>(0)

  func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

/// Calls `work` for every item at once, on as many threads as the machine has.
package func parallelEach(count: Int, _ work: @Sendable (Int) -> Void) {
  guard count > 1 else { return (0..<count).forEach(work) }
  DispatchQueue.concurrentPerform(iterations: count, execute: work)
}

/// Results of parallel work, one place per worker or item.
private final class Slots<Value: Sendable>: Sendable {
  private let values: Mutex<[Value]>

  init(count: Int, empty: Value) { values = Mutex(Array(repeating: empty, count: count)) }

  func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }

  var all: [Value] { values.withLock { $0 } }
}
