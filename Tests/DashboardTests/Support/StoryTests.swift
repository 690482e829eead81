import Testing

@testable import Dashboard

@Suite struct StoryTests {
  @Test func opensTheSample() throws {
    let story = try Story(100, 30)
    #expect(story.state.analyses.count == 2)
    #expect(story.state.analyses.allSatisfy { $0 != nil })
    #expect(story.text.contains("full-e3"))
    #expect(Sample.analyses[0].metadata.columns.map(\.key) == ["family", "split", "duplicates"])
  }
}
