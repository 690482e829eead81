import Foundation
import TestSupport
import Testing

/// The Python that the exporter's tests run in.
enum Python {
  private static let root = URL(filePath: #filePath)
    .appending(path: "../../../..").standardizedFileURL.path(percentEncoded: false)

  /// The interpreter somebody named: then the tests must run.
  static let named = ProcessInfo.processInfo.environment["EZSCOPE_PYTHON"]

  /// The interpreter named, the one of `.ci/python`, or whichever is on the path.
  static var interpreter: String {
    let own = root + "/.build/python/bin/python"
    return named ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "python3")
  }

  static var tests: String { root + "/Tests/ExporterTests" }

  /// Whether everything that the tests import is installed.
  static var isComplete: Bool {
    let words = ["-c", "import pytest, torch, transformers, peft, safetensors"]
    return (try? run(words, seconds: 120).status) == 0
  }

  static func run(_ words: [String], seconds: Double) throws -> (status: Int32, output: String) {
    let folder = try TemporaryFolder()
    let path = folder.path + "/output"
    let child = try ChildProcess(
      [interpreter] + words, environment: ["PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"]
    ) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    let status = child.wait(seconds: seconds)
    return (status, String(decoding: try folder.raw("output"), as: UTF8.self))
  }
}

@Suite("The exporter")
struct ExporterTests {
  @Test(
    "Its Python tests pass",
    .enabled(
      if: Python.named != nil || Python.isComplete,
      """
      \(Python.interpreter) has no pytest, torch, transformers, peft and safetensors: \
      the exporter's tests are skipped. Run .ci/python, or name an interpreter in EZSCOPE_PYTHON.
      """))
  func pythonTestsPass() throws {
    let words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", Python.tests]
    let (status, output) = try Python.run(words, seconds: 1_500)
    #expect(status == 0, "\(output.suffix(8_000))")
  }
}
