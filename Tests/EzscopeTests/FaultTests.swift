import Foundation
import Glibc
import TestSupport
import Testing

/// A disk that fails at each of the calls a command makes: what was there stands, or the new is whole.
///
/// `Tests/Scripts/faults.c` is loaded before the program and counts. Of long commands some calls are
/// tried, others in each run; `EZSCOPE_FAULTS=all` tries every one.
@Suite(.serialized) struct FaultTests {
  /// A way to fail, as the library calls it.
  enum Fault: String, CaseIterable, Sendable { case eio, enospc, short, eintr, kill }

  /// Commands, each with the file it writes.
  private static let writers: [(arguments: [String], output: String)] = [
    (["score", "--attack", "loss"], "out.csv"), (["score", "--attack", "loss"], "out.jsonl.gz"),
    (["evaluate", "--replicates", "0", "--format", "json"], "out.json"),
    (["convert"], "new.jsonl"), (["convert"], "new.safetensors"),
    (["snapshot", "--format", "svg"], "out.svg"), (["verdicts", "export"], "out.csv"),
  ]
  private static let library: Result<String, any Error> = Result {
    let folder = try TemporaryFolder()
    let source = House.scripts + "/faults.c"
    let place = NSTemporaryDirectory() + "ez-faults-\(getpid()).so"
    let status = try ChildProcess(
      ["cc", "-shared", "-fPIC", "-O1", "-o", place, source, "-ldl"]
    ) {
      posix_spawn_file_actions_addopen(&$0, 2, folder.path + "/errors", O_WRONLY | O_CREAT, 0o600)
    }.wait(seconds: 120)
    guard status == 0 else { throw POSIXError(.ENOEXEC) }
    return place
  }

  /// Where the library's source lies.
  private enum House {
    static var scripts: String {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Scripts").standardizedFileURL.path
    }
  }

  @Test(arguments: writers.indices, Fault.allCases)
  func theOldFileStandsOrTheNewOneIsWhole(_ index: Int, _ fault: Fault) throws {
    let (arguments, output) = Self.writers[index]
    let place = arguments == ["convert"] ? [] : ["-o"]
    func command(_ scene: Scene) -> [String] {
      arguments + [scene.input] + place + [scene.path + "/" + output]
    }
    let whole = try Scene(old: output)
    #expect(try whole.run(command(whole)).status == 0)
    let new = try whole.folder.raw(output)
    let counting = try Scene(old: output)
    let calls = try counting.calls(command(counting), fault)
    #expect(calls > 0)
    for call in Self.chosen(calls) {
      let scene = try Scene(old: output)
      let outcome = try scene.run(command(scene), fault, at: call)
      try scene.check(outcome, fault, "\(arguments) \(fault) at call \(call) of \(calls)")
      let there = try scene.folder.raw(output)
      if outcome.status == 0 {
        #expect(there == new, "\(arguments) \(fault) at call \(call)")
      } else {
        #expect(there == Array("old".utf8) || there == new, "\(arguments) \(fault) at \(call)")
      }
      // What a kill left is gone after the next that writes there.
      if fault == .kill { #expect(try scene.run(command(scene)).status == 0) }
      let parts = scene.folder.names.filter { $0.hasSuffix(".part") }
      #expect(parts.isEmpty, "\(arguments) \(fault) at call \(call): \(parts)")
    }
  }

  @Test(arguments: [Fault.eio, .short, .eintr])
  func whatCannotBeReadIsSaid(_ fault: Fault) throws {
    let whole = try Scene()
    let known = try whole.run(["check", whole.input, "--format", "json"])
    let calls = try whole.calls(["check", whole.input, "--format", "json"], fault)
    for call in Self.chosen(calls) {
      let outcome = try whole.run(["check", whole.input, "--format", "json"], fault, at: call)
      try whole.check(outcome, fault, "check \(fault) at call \(call) of \(calls)")
      if outcome.status == 0 { #expect(outcome.output == known.output) }
    }
  }

  /// What an import acknowledges is stored; what it does not is stored whole or not at all.
  @Test(arguments: Fault.allCases)
  func theStoreKeepsWhatItAcknowledged(_ fault: Fault) throws {
    func stored(_ scene: Scene) throws -> String {
      let outcome = try scene.run(["verdicts", "export", scene.input, "--format", "csv"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").map { $0.split(separator: ",").prefix(2) }
        .map { $0.joined(separator: ",") }.joined(separator: "\n")
    }
    func scene() throws -> Scene {
      let scene = try Scene()
      #expect(try scene.judge("leaked", 0..<20).status == 0)
      return scene
    }
    let counting = try scene()
    let old = try stored(counting)
    let calls = try counting.calls(counting.judging("benign", 20..<40), fault)
    let new = try stored(counting)
    #expect(calls > 0 && old != new)
    for call in Self.chosen(calls) {
      let scene = try scene()
      let outcome = try scene.judge("benign", 20..<40, fault, at: call)
      try scene.check(outcome, fault, "import \(fault) at call \(call) of \(calls)")
      let there = try stored(scene)
      #expect(
        there == new || outcome.status != 0 && there == old,
        "import \(fault) at call \(call) of \(calls): \(outcome.errors)")
    }
  }

  /// Without files that have no name a hidden one is used: same output, same permissions.
  @Test func aFileSystemWithoutUnnamedFilesWillDo() throws {
    let scene = try Scene()
    for (name, mode) in [("out.csv", mode_t(0o644)), ("new.jsonl", 0o600)] {
      let mask = umask(0o022)
      defer { umask(mask) }
      let path = scene.path + "/" + name
      let command =
        name == "out.csv" ? ["score", scene.input, "-o", path] : ["convert", scene.input, path]
      let outcome = try scene.run(command, kind: "notmpfile", at: 0)
      #expect(outcome.status == 0, "\(outcome.errors)")
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == mode && status.st_size > 0)
    }
    #expect(!scene.folder.names.contains { $0.hasSuffix(".part") })
  }

  /// Calls to fail at: all if they are few or asked for, otherwise some and the last.
  private static func chosen(_ calls: Int) -> [Int] {
    guard calls > 0 else { return [] }
    let isThorough = ProcessInfo.processInfo.environment["EZSCOPE_FAULTS"] == "all"
    guard !isThorough, calls > 6 else { return Array(1...calls) }
    return Array(Set((0..<4).map { _ in Int.random(in: 1...calls) } + [1, calls])).sorted()
  }

  /// A folder with evidence, a store and perhaps an older output.
  private struct Scene {
    let folder: TemporaryFolder
    let input: String

    var path: String { folder.path }

    init(old output: String? = nil) throws {
      folder = try TemporaryFolder()
      input = try folder.write("in.jsonl", Fixture.evidence(40).joined(separator: "\n") + "\n")
      if let output { try folder.write(output, "old") }
    }

    func run(
      _ command: [String], _ fault: Fault = .eio, at call: Int = 0
    ) throws -> Program.Outcome { try run(command, kind: fault.rawValue, at: call) }

    func run(_ command: [String], kind: String, at call: Int) throws -> Program.Outcome {
      try Program.run(
        command,
        environment: [
          "LD_PRELOAD": FaultTests.library.get(), "FAULT_FOLDER": path, "FAULT_KIND": kind,
          "FAULT_AT": String(call), "FAULT_COUNT": path + "/.calls",
          "XDG_DATA_HOME": path + "/data", "XDG_CACHE_HOME": path + "/cache",
          "SWIFT_BACKTRACE": "enable=no",
        ])
    }

    /// How many calls a command makes that could fail.
    func calls(_ command: [String], _ fault: Fault) throws -> Int {
      #expect(try run(command, fault).status == 0)
      let text = String(decoding: try folder.raw(".calls"), as: UTF8.self)
      return Int(text.filter(\.isNumber)) ?? 0
    }

    func judging(_ verdict: String, _ ids: Range<Int>) throws -> [String] {
      let rows = ids.map { "s\($0),\(verdict),note\n" }.joined()
      let notes = try folder.write("notes.csv", "id,verdict,note\n" + rows)
      return ["verdicts", "import", "--from", notes, input]
    }

    func judge(
      _ verdict: String, _ ids: Range<Int>, _ fault: Fault = .eio, at call: Int = 0
    ) throws -> Program.Outcome { try run(judging(verdict, ids), fault, at: call) }

    /// No hang, no trap, and a sentence with every failure.
    func check(_ outcome: Program.Outcome, _ fault: Fault, _ what: String) throws {
      switch fault {
      case .short, .eintr: #expect(outcome.status == 0, "\(what): \(outcome.errors)")
      case .kill: #expect([0, 137].contains(outcome.status), "\(what): \(outcome.status)")
      case .eio, .enospc:
        #expect(outcome.status < 128, "\(what): \(outcome.status)")
        #expect(outcome.status == 0 || !outcome.errors.isEmpty, "\(what)")
      }
    }
  }
}
