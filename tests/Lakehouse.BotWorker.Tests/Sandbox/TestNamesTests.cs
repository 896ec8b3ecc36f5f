using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Tests.Sandbox;

public sealed class TestNamesTests
{
    [Theory]
    [InlineData("vstest", "  Passed Shop.A [1 ms]\n  Failed Shop.CartTests.Adds(n: 1) [12 ms]\n  Error Message:\n   x\nFailed!  - Failed:     1, Passed:     1, Skipped:     0, Total:     2\n", "Shop.CartTests.Adds(n: 1)")]
    [InlineData("mtp", "failed Shop.CartTests.Adds (12ms)\n  x\nfailed Shop.B (1s 200ms)\nTest run summary: Failed!\n  total: 3\n  failed: 2\n  succeeded: 1\n", "Shop.CartTests.Adds|Shop.B")]
    [InlineData("cargo", "test a::adds ... FAILED\ntest b ... ok\ntest result: FAILED. 1 passed; 1 failed; 0 ignored;\n", "a::adds")]
    [InlineData("node, tap", "# Subtest: suite\n    # Subtest: inner\n    not ok 1 - inner\n      ---\n    1..1\nnot ok 1 - suite\n# Subtest: later\nnot ok 2 - later # TODO\n# pass 0\n# fail 2\n", "suite > inner|suite")]
    [InlineData("node, spec", "✖ adds (1.2ms)\nℹ pass 1\nℹ fail 1\n✖ failing tests:\n✖ adds (1.2ms)\n", "adds")]
    [InlineData("jest", "  ● cart › adds\n    x\nTests:       1 failed, 1 passed, 2 total\n", "cart › adds")]
    [InlineData("vitest", " FAIL  test/a.test.ts > cart > adds\n      Tests  1 failed | 3 passed (4)\n", "test/a.test.ts > cart > adds")]
    [InlineData("bun", "(fail) cart > adds [0.12ms]\n 3 pass\n 1 fail\n", "cart > adds")]
    [InlineData("pytest", "FAILED tests/test_a.py::test_adds - assert 1 == 2\n3 passed, 1 failed\n", "tests/test_a.py::test_adds")]
    [InlineData("go", "--- FAIL: TestAdds (0.00s)\n3 passed, 1 failed\n", "TestAdds")]
    [InlineData("plain", "FAILED  ShiftTests.Adds: expected 3\nFAIL: one more\n3 passed, 2 failed\n", "ShiftTests.Adds|one more")]
    public void Names_of_a_known_runner_are_read(string runner, string output, string names)
    {
        Assert.True(names == string.Join('|', TestNames.Failed(output, TestCounts.Read(output))), $"{runner}: {string.Join('|', TestNames.Failed(output, TestCounts.Read(output)))}");
    }

    [Theory]
    [InlineData("FAIL: one\n3 passed, 2 failed\n")]
    [InlineData("FAIL: one\n… 12 characters left out …\n3 passed, 1 failed\n")]
    [InlineData("FAIL: one\n3 passed, 0 failed\n")]
    public void Where_not_every_failure_is_named_none_is(string output)
    {
        Assert.Empty(TestNames.Failed(output, TestCounts.Read(output)));
    }
}
