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
  let results = parallelItems(count: count, threads: threads, buffers: {}) { item, _ in work(item) }
  return results ?? []
}

/// Works items of unequal cost with buffers that each thread keeps from item to item; nil once
/// `isCancelled`, which is asked before every item, says yes.
package func parallelItems<Element: Sendable, Buffers: ~Copyable>(
  count: Int, threads: Int, isCancelled: @Sendable () -> Bool = { false },
  buffers: @Sendable () -> Buffers, _ work: @Sendable (Int, inout Buffers) -> Element
) -> [Element]? {
  let slots = Slots<Element?>(count: count, empty: nil)
  let taken = SharedCount()
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    var buffers = buffers()
    while !isCancelled() {
      let item = taken.add(1) - 1
      guard item < count else { return }
      slots.set(item, work(item, &buffers))
    }
  }
  let results = slots.all.compactMap { $0 }
  return results.count == count ? results : nil
}

/// A count that several threads add to; a class because an atomic cannot be captured.
package final class SharedCount: Sendable {
  private let value = Atomic<Int>(0)

  package init() {}

  /// The count with an amount added.
  package func add(_ amount: Int) -> Int { value.add(amount, ordering: .relaxed).newValue }
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
