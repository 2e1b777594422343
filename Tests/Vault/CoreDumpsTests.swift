import Glibc
import Testing

@testable import Vault

struct CoreDumpsTests {
    /// Turns them off for the rest of the test process, which no other test minds.
    @Test func nothingIsDumped() {
        let isOff = CoreDumps.disable()
        #expect(isOff)
        #expect(CoreDumps.areDisabled)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        #expect(limit.rlim_cur == 0 && limit.rlim_max == 0)
    }
}
