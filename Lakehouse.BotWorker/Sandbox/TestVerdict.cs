using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Green is earned: a run that proves nothing is not green, and says what would prove something.</summary>
internal static class TestVerdict
{
    public static TestRun Of(TestCommand command, ProcessResult process, TimeSpan limit, TimeSpan duration, string isolation)
    {
        var counts = TestCounts.Read(process.Output);
        var (green, reason) = Judge(command, process, limit, counts);
        return new TestRun(green, counts?.Passed, counts?.Failed, process.ExitCode, process.TimedOut, duration, process.Output, reason, isolation)
        {
            FailedTests = TestNames.Failed(process.Output, counts),
        };
    }

    private static (bool Green, string Reason) Judge(TestCommand command, ProcessResult process, TimeSpan limit, TestCounts? counts) => (process, counts) switch
    {
        ({ StartFailure: { } failure }, _) => (false, $"'{command.Display}' could not be started: {failure}"),
        ({ Passed: { } passed }, _) => (false, $"'{command.Display}' {passed} and was stopped"),
        ({ TimedOut: true }, _) => (false, $"'{command.Display}' did not end within {limit} and was stopped"),
        (_, { Failed: > 0 }) => (false, $"{counts.Failed} of {Counted.Of(counts.Failed + counts.Passed, "test")} failed"),
        ({ ExitCode: not 0 }, _) => (false, $"'{command.Display}' ended with exit code {process.ExitCode}"),
        (_, null) => (false, $"'{command.Display}' ended well, but how many tests ran is unknown; let it print a last line of the form 'N passed, N failed'"),
        (_, { Passed: 0 }) => (false, $"'{command.Display}' ran no tests, and zero tests are never green; let it print a last line of the form 'N passed, N failed'"),
        _ => (true, $"{Counted.Of(counts.Passed, "test")} passed"),
    };
}
