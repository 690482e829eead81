import Foundation
import Glibc
import TestSupport
import Testing

/// Files that would end, fill or fool the program.
@Suite struct HostileFileTests {
  /// Commands that write a file.
  private static let writers: [[String]] = [
    ["score"], ["evaluate", "--replicates", "0"], ["content"], ["extraction"],
    ["leaks", "--shared", "0", "--reference-bits", "0"],
    ["gate", "--max-tpr", "1", "--fpr", "0.5"], ["snapshot"], ["verdicts", "export"],
    ["sweep", "--attack", "min-k:k=10|20", "--replicates", "0"],
  ]

  @Test(arguments: writers, ["in.jsonl", "hard", "soft"])
  func noOutputReplacesAnInput(_ command: [String], _ name: String) throws {
    let folder = try TemporaryFolder()
    let text = (0..<40).map { HostileOutputTests.record($0) }.joined()
    let input = try folder.write("in.jsonl", text)
    #expect(link(input, folder.path + "/hard") == 0 && symlink(input, folder.path + "/soft") == 0)
    let outcome = try Program.run(command + [input, "-o", folder.path + "/" + name])
    #expect(outcome.status == 64 && outcome.errors.contains("is the input as well"))
    #expect(try folder.raw("in.jsonl") == Array(text.utf8))
    #expect(folder.names == ["hard", "in.jsonl", "soft"])
  }

  @Test func whatHoldsTextsIsForTheUserAlone() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in.jsonl", Fixture.evidence(40).joined(separator: "\n"))
    for (command, mode) in [("convert", mode_t(0o600)), ("score", 0o644)] {
      let output = folder.path + "/\(command).jsonl"
      let mask = umask(0o022)
      defer { umask(mask) }
      let arguments = command == "convert" ? [input, output] : [input, "-o", output]
      #expect(try Program.run([command] + arguments).status == 0)
      var status = stat()
      #expect(stat(output, &status) == 0 && status.st_mode & 0o777 == mode, "\(command)")
    }
  }

  @Test func helpThatCannotBeWrittenIsAnError() throws {
    for arguments in [["--help"], ["score", "--help"]] {
      let process = try ChildProcess([Program.path] + arguments) { actions in
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/full", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      }
      #expect(process.wait(seconds: 120) == 74)
    }
  }

  /// A file large enough to be mapped, cut once it has been opened: a pipe named after it says when.
  @Test func aFileThatIsCutWhileOpenIsNamed() throws {
    let folder = try TemporaryFolder()
    let large = try folder.write("large.safetensors", Self.largeEvidence)
    let pipe = folder.path + "/pipe.jsonl"
    let errors = folder.path + "/errors"
    #expect(mkfifo(pipe, 0o600) == 0)
    let process = try ChildProcess([Program.path, "evaluate", "--replicates", "0", large, pipe]) {
      posix_spawn_file_actions_addopen(&$0, 1, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&$0, 2, errors, O_WRONLY | O_CREAT, 0o600)
    }
    // Opening waits for the reader, who has opened the large file by then.
    let descriptor = open(pipe, O_WRONLY)
    #expect(truncate(large, 4096) == 0)
    let lines = Array(Fixture.evidence(40).joined(separator: "\n").utf8)
    #expect(write(descriptor, lines, lines.count) == lines.count)
    close(descriptor)
    #expect(process.wait(seconds: 120) == 65)
    let said = String(decoding: try folder.raw("errors"), as: UTF8.self)
    #expect(said.contains("large.safetensors: was cut while it was open"))
  }

  /// 20,000 sequences of 256 tokens.
  private static var largeEvidence: [UInt8] {
    let (count, length) = (20_000, 256)
    func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
    let positions = count * (length - 1)
    let tensors: [(name: String, type: String, count: Int, bytes: [UInt8])] = [
      ("sequence.token_offsets", "I64", count + 1, bytes((0...count).map { Int64($0 * length) })),
      ("sequence.ids.offsets", "I64", count + 1, bytes((0...count).map { Int64($0 * 6) })),
      ("target.logprobs", "F32", positions, bytes([Float](repeating: -1.5, count: positions))),
      ("reference.logprobs", "F32", positions, bytes([Float](repeating: -2.5, count: positions))),
      ("sequence.labels", "I8", count, (0..<count).map { UInt8($0 % 2) }),
      (
        "sequence.ids.bytes", "U8", 6 * count,
        (0..<count).flatMap { Array(String(100_000 + $0).utf8) }
      ),
    ]
    var (header, data): ([String], [UInt8]) = ([], [])
    for tensor in tensors {
      let range = "[\(data.count),\(data.count + tensor.bytes.count)]"
      header.append(
        "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":[\(tensor.count)],"
          + "\"data_offsets\":\(range)}")
      data += tensor.bytes
    }
    var text = Array(("{" + header.joined(separator: ",") + "}").utf8)
    while text.count % 8 != 0 { text.append(0x20) }
    return bytes([UInt64(text.count)]) + text + data
  }
}
