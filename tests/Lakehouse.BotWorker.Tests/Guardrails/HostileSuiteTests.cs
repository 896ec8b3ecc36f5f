using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>Whole cycles whose proposal makes the target's test suite hostile: each is contained, and ends as tests_failed with the reason.</summary>
public sealed partial class HostileSuiteTests(TestPostgres postgres)
{
    private const string Secret = "hunter2-of-the-forge";

    // a bomb in little: enough to pass the limit, not enough to take the machine down should it not be held
    private static readonly (string Name, string Script, string Reason)[] Suites =
    [
        ("bomb", "i=0; while [ $i -lt 300 ]; do sleep 600 & i=$((i+1)); done; wait", "processes at a time, with 60 allowed"),
        ("flood", "head -c 10737418240 /dev/zero", "printed more than 2 MB"),
        ("sleeper", "trap '' TERM INT HUP; sleep 600; sleep 600", "did not end within"),
        ("reader", "env; tr '\\0' '\\n' </proc/self/environ; tr '\\0' '\\n' </proc/$PPID/environ; tr '\\0' '\\n' </proc/1/environ; echo '0 passed, 1 failed'; exit 1", "1 of 1 test failed"),
        ("caller", "if bash -c ': </dev/tcp/127.0.0.1/{port}'; then echo '1 passed, 0 failed'; else echo '0 passed, 1 failed'; exit 1; fi", "1 of 1 test failed"),
        ("writer", "if touch '{home}/planted' && [ -e '{home}/.profile' ]; then echo '1 passed, 0 failed'; else echo '0 passed, 1 failed'; exit 1; fi", "1 of 1 test failed"),
        ("killer", "kill -9 {worker}; kill -9 $PPID; echo '1 passed, 0 failed'; exit 7", "exit code 7"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hostile_suite_is_contained_and_its_cycle_ends_tests_failed_with_the_reason()
    {
        using var persons = new TemporaryFolder();
        var home = Directory.CreateDirectory(persons.In("home")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, ".profile"), "as it was\n", Cancelled);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // far apart, because neighbouring lines are in a gap's prompt
        await using var worker = await WorkerHost.CreateAsync(postgres, "# Plan\n" + string.Join("\n\n\n\n\n\n", Suites.Select(suite => Line(suite.Name))) + "\n");
        foreach (var (key, value) in new[]
        {
            ("HOME", home), ("Bot:Gitea:Token", Secret), ("Bot:TestTimeLimit", "00:00:06"), ("Bot:MaxFeedback", "0"), ("Bot:Sandbox:Processes", "60"), ("Bot:Sandbox:OutputMb", "2"),
        })
        {
            worker.Settings[key] = value;
        }

        await worker.StartProcessAsync();
        var (target, own, process) = (FolderHash.Of(worker.Target.Parent), FolderHash.Of(home), worker.Process.Id);
        worker.Gateway.Model = prompt => StubGateway.Files("Be hostile", ("check.sh", Script(Suites.Single(suite => suite.Name == Asked().Match(prompt).Groups[1].Value).Script) + "\n", false));
        using var watch = new WriteWatch(below: [worker.Target.Parent, persons.Path, "/etc"], inside: ["/"]);

        var ids = new List<string>();
        foreach (var (name, _, _) in Suites)
        {
            ids.Add(await worker.EnqueueAsync(new { gap_id = GapReader.IdOf(Line(name)) }));
        }

        foreach (var ((name, _, reason), id) in Suites.Zip(ids))
        {
            var cycle = (await worker.FinishedAsync(id)).Cycle;
            Assert.True(cycle.Outcome == CycleOutcome.TestsFailed && cycle.Reason!.Contains(reason, StringComparison.Ordinal), $"{name}: {cycle.Outcome}: {cycle.Reason}");
            Assert.Contains("no network", cycle.Tests!.Isolation, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, await worker.Http.GetStringAsync($"api/cycles/{id}", Cancelled) + await worker.ResultFileAsync(id), StringComparison.Ordinal);
        }

        Assert.False(listener.Pending());
        Assert.Empty(worker.LocalPulls());
        Assert.Equal((process, false), (worker.Process.Id, worker.Process.HasExited));
        Assert.Equal(target, FolderHash.Of(worker.Target.Parent));
        Assert.Equal(own, FolderHash.Of(home));
        Assert.Empty(watch.Seen);
        await worker.AssertNothingLeftAsync();

        string Script(string script) => script.Replace("{port}", string.Create(CultureInfo.InvariantCulture, $"{((IPEndPoint)listener.LocalEndpoint).Port}"), StringComparison.Ordinal)
            .Replace("{home}", home, StringComparison.Ordinal).Replace("{worker}", string.Create(CultureInfo.InvariantCulture, $"{process}"), StringComparison.Ordinal);
    }

    private static string Line(string name) => $"- [ ] Be a hostile {name} [bot-eligible]";

    [GeneratedRegex("Be a hostile ([a-z]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();
}
