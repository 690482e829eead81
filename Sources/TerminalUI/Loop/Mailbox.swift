import Synchronization

/// Where work on other threads leaves what the event loop is to handle.
package final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let pipe: SelfPipe

  package init(waking pipe: SelfPipe) { self.pipe = pipe }

  package func post(_ message: Message) {
    let isFirst = messages.withLock { waiting in
      waiting.append(message)
      return waiting.count == 1
    }
    // Later ones ride along: whoever takes the first takes all.
    if isFirst { pipe.wake() }
  }

  /// Posts in place of the last waiting message if `supersedes` says so, as progress reports do.
  package func post(_ message: Message, supersedes: (Message) -> Bool) {
    let isFirst = messages.withLock { waiting in
      if let last = waiting.last, supersedes(last) { waiting.removeLast() }
      waiting.append(message)
      return waiting.count == 1
    }
    if isFirst { pipe.wake() }
  }

  package func drain() -> [Message] {
    messages.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
