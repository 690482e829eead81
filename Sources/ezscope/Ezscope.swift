import ArgumentParser

@main
struct Ezscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ezscope",
    abstract: "Show where a fine-tuned language model has memorized its training data.",
    subcommands: [DashboardCommand.self, SnapshotCommand.self],
    defaultSubcommand: DashboardCommand.self)
}
