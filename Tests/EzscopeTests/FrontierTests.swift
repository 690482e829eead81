import Foundation
import TestSupport
import Testing

/// `trends --against validation_loss`.
@Suite struct FrontierTests {
  /// A run: its method, rate, epoch, seed and loss, and how far members lie above non-members.
  private struct Made {
    var name: String
    var method: String
    var rate = 0.001
    var epoch = 1
    var loss: Double?
    var shift: Double
  }

  private static func experiment(_ runs: [Made], in folder: TemporaryFolder) throws -> String {
    var manifest = ""
    for (number, run) in runs.enumerated() {
      var state = UInt64(number + 1)
      func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 24)
      }
      var csv = "id,label,ez\n"
      for row in 0..<400 {
        let score = random() + random() + (row < 200 ? run.shift : 0)
        csv += "s\(row),\(row < 200 ? "member" : "non-member"),\(score)\n"
      }
      try folder.write("\(run.name).csv", csv)
      manifest += """
        [[run]]
        name = "\(run.name)"
        method = "\(run.method)"
        model = "base"
        reference = "base"
        learning_rate = \(run.rate)
        epoch = \(run.epoch)
        \(run.loss.map { "validation_loss = \($0)\nvalidation_loss_error = 0.01" } ?? "")
        scores = "\(run.name).csv"

        """
    }
    return try folder.write("experiment.toml", manifest)
  }

  private static func report(_ runs: [Made], _ more: [String] = []) throws -> [String: Any] {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["trends", try experiment(runs, in: folder), "--against", "validation_loss"]
        + ["--replicates", "400", "--format", "json"] + more)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try Fixture.object(outcome.output)
  }

  @Test func theMethodThatLeaksLessIsTold() throws {
    let report = try Self.report([
      Made(name: "full-1", method: "full", epoch: 1, loss: 1.0, shift: 0.8),
      Made(name: "full-2", method: "full", epoch: 2, loss: 1.1, shift: 1.5),
      Made(name: "lora-1", method: "lora", epoch: 1, loss: 1.2, shift: 0.1),
      Made(name: "head-1", method: "head", epoch: 1, loss: 1.3, shift: 0.8),
      Made(name: "control-1", method: "control", epoch: 1, loss: 1.0, shift: 0),
      Made(name: "unknown-1", method: "full", epoch: 3, loss: nil, shift: 2),
    ])
    let points = try #require(report["checkpoints"] as? [[String: Any]])
    let onCurve = points.filter { $0["on_curve"] as? Bool == true }
      .compactMap { ($0["runs"] as? [String])?.first }
    #expect(onCurve == ["full-1", "lora-1", "head-1"])
    let interval = try #require(points[0]["validation_loss_interval"] as? [Double])
    #expect(abs(interval[1] - interval[0] - 2 * 1.96 * 0.01) < 1e-4)
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    let told = comparisons.map { one in
      "\((one["runs"] as? [String])?.first ?? "")>\(one["against"] as? String ?? "")"
    }
    // full-1 has a loss that the others never reach; head's curve does not reach that of lora.
    #expect(told == ["lora-1>full", "head-1>full", "head-1>lora"])
    #expect(comparisons[0]["difference"] as? Double ?? 1 < -0.2)
    #expect(comparisons[0]["p_holm"] as? Double ?? 1 < 0.05)
    #expect(comparisons[1]["p_holm"] as? Double ?? 0 > 0.05)
    #expect(comparisons[2]["difference"] as? Double ?? 0 > 0.2)
    let left = try #require(report["left_out"] as? [[String: String]])
    #expect(
      left == [
        ["run": "control-1", "reason": "it is a control"],
        ["run": "unknown-1", "reason": "experiment.toml does not give its validation_loss"],
      ])
  }

  /// Between two points of a curve lies a straight line.
  @Test func curvesAreLinesBetweenCheckpoints() throws {
    let report = try Self.report([
      Made(name: "full-1", method: "full", rate: 0.1, loss: 1.0, shift: 1.5),
      Made(name: "full-2", method: "full", rate: 0.2, loss: 1.4, shift: 0.2),
      Made(name: "lora-1", method: "lora", loss: 1.1, shift: 0.5),
    ])
    let points = try #require(report["checkpoints"] as? [[String: Any]])
    let figures = points.compactMap { $0["figure"] as? Double }
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    let one = try #require(comparisons.first { $0["curve"] as? String == "lora" })
    let there = try #require(one["figure_there"] as? Double)
    #expect(abs(there - (0.75 * figures[0] + 0.25 * figures[1])) < 1e-9)
  }

  @Test func seedsAreOnePoint() throws {
    let report = try Self.report([
      Made(name: "full-a", method: "full", loss: 1.0, shift: 0.5),
      Made(name: "full-b", method: "full", loss: 1.2, shift: 1.0),
    ])
    let points = try #require(report["checkpoints"] as? [[String: Any]])
    #expect(points.count == 1 && points[0]["runs"] as? [String] == ["full-a", "full-b"])
    #expect(abs((points[0]["validation_loss"] as? Double ?? 0) - 1.1) < 1e-12)
  }

  @Test(arguments: ["text", "markdown", "csv"]) func everyFormatIsWritten(_ format: String) throws {
    let outcome = try Program.run([
      "trends", Fixture.sampleData, "--against", "validation_loss", "--replicates", "50",
      "--format", format,
    ])
    #expect(outcome.status == 0 && outcome.output.contains("prefix"), "\(outcome.errors)")
    #expect(outcome.output.contains("lora-lr1e-3-e3"))
  }

  @Test(
    arguments: [
      [], ["--by", "epoch", "--against", "validation_loss"],
      ["--against", "validation_loss", "--figure", "verbatim"], ["--against", "accuracy"],
    ])
  func senselessCallsAreRefused(_ arguments: [String]) throws {
    let outcome = try Program.run(["trends", Fixture.sampleData] + arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
  }
}
