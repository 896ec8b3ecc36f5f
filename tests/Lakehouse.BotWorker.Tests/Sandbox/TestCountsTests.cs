using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Tests.Sandbox;

public sealed class TestCountsTests
{
    [Theory]
    [InlineData("vstest", "Passed!  - Failed:     0, Passed:     3, Skipped:     1, Total:     4, Duration: 5 ms - A.dll (net10.0)\n", 3, 0)]
    [InlineData("vstest, two projects", "Failed!  - Failed:     1, Passed:     3, Skipped: 0, Total: 4, Duration: 5 ms - A.dll\nPassed!  - Failed: 0, Passed: 2, Skipped: 0, Total: 2, Duration: 5 ms - B.dll\n", 5, 1)]
    [InlineData("mtp", "a.dll passed (1s)\n\nTest run summary: Passed!\n  total: 17\n  failed: 0\n  succeeded: 16\n  skipped: 1\n  duration: 2s\n", 16, 0)]
    [InlineData("mtp, red", "Test run summary: Failed!\n  total: 3\n  failed: 2\n  succeeded: 1\n  skipped: 0\n", 1, 2)]
    [InlineData("mtp, zero", "Test run summary: Zero tests ran\n  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0\n", 0, 0)]
    [InlineData("cargo", "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n   Doc-tests x\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured\n", 4, 1)]
    [InlineData("bun", " 3 pass\n 1 fail\n 4 expect() calls\nRan 4 tests across 1 files. [10.00ms]\n", 3, 1)]
    [InlineData("node, tap", "TAP version 13\nok 1 - a\n# tests 3\n# suites 0\n# pass 2\n# fail 1\n# cancelled 0\n", 2, 1)]
    [InlineData("node, spec", "ℹ tests 3\nℹ pass 3\nℹ fail 0\n", 3, 0)]
    [InlineData("jest", "Test Suites: 1 passed, 1 total\nTests:       1 failed, 1 skipped, 3 passed, 5 total\nTime: 1 s\n", 3, 1)]
    [InlineData("jest, green", "Tests:       3 passed, 3 total\n", 3, 0)]
    [InlineData("vitest", " Test Files  1 passed (1)\n      Tests  1 failed | 3 passed (4)\n   Duration  1s\n", 3, 1)]
    [InlineData("vitest, coloured", "\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m3 passed\u001b[39m\u001b[22m\u001b[90m (3)\u001b[39m\n", 3, 0)]
    [InlineData("mocha", "  3 passing (5ms)\n  1 failing\n", 3, 1)]
    [InlineData("plain", "some text\n3 passed, 0 failed\n", 3, 0)]
    [InlineData("plain, in make", "FAIL: a\n4 passed, 1 failed\nmake[1]: *** [Makefile:10: test] Error 1\nmake: *** [Makefile:3: all] Error 2\n", 4, 1)]
    [InlineData("plain, crlf", "2 tests passed, 1 tests failed.\r\n", 2, 1)]
    public void Counts_of_a_known_runner_are_read(string runner, string output, int passed, int failed)
    {
        Assert.True(TestCounts.Read(output) == new TestCounts(passed, failed), runner);
    }

    [Theory]
    [InlineData("")]
    [InlineData("all good\n")]
    [InlineData("3 passed, 0 failed\nbut that was not the last line\n")]
    [InlineData("we passed 3 passed, 0 failed tests\n")]
    [InlineData("Build succeeded.\n")]
    public void Unknown_output_has_no_counts(string output)
    {
        Assert.Null(TestCounts.Read(output));
    }

    [Fact]
    public void Counts_beyond_reason_are_a_verdict_and_no_overflow()
    {
        var counts = TestCounts.Read(string.Concat(Enumerable.Repeat("# pass 2000000000\n", 3)));

        Assert.Equal(int.MaxValue, counts!.Passed);
    }
}
