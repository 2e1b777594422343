import Artifacts
import Features
import Kernel
import Pipeline
import Service
import Testing

/// The development model on top of an earlier build: what comes out is the new project, and nothing of the old.
@Suite struct RevisionTests {
    private func revising(_ old: Play, to new: Play) throws -> FileTree {
        try Play.implementing(
            ImplementInputs(
                brief: new.brief, spec: new.spec, plan: new.plan, tests: new.tests,
                base: ImplementInputs.base(old.files, beside: new.tests))
        ).0
    }

    @Test func `the same brief again changes no file`() throws {
        let play = try Play.of(Texts.rough[0])
        let again = try revising(play, to: play)
        #expect(again.files == play.files.files)
    }

    @Test func `files that the new plan has no more are deleted`() throws {
        let (old, new) = (try Play.of(Texts.rough[0]), try Play.of(Texts.rough[1]))
        #expect(Set(old.files.paths) != Set(new.files.paths))
        let revised = try revising(old, to: new)
        #expect(revised.files == new.files.files)
    }
}
