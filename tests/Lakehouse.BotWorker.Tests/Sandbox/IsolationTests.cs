using System.Net;
using System.Net.Sockets;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Sandbox;

/// <summary>Hostile tests of a target, on each way to keep them apart.</summary>
public sealed class IsolationTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();

    public IsolationTests()
    {
        Directory.CreateDirectory(_folder.In("worktree"));
        Directory.CreateDirectory(_folder.In("data"));
        File.WriteAllText(_folder.In("data", "token"), "hunter2");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Machine_that_tests_this_has_bubblewrap() => Assert.Equal(Isolation.Bubblewrap, Isolations.Best);

    [Theory]
    [InlineData(nameof(Isolation.Bubblewrap))]
    [InlineData(nameof(Isolation.Namespaces))]
    public async Task Network_of_the_machine_is_not_reached_but_a_loopback_of_its_own_is(string isolation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var alone = await RunAsync(Enum.Parse<Isolation>(isolation), $"(: </dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo reached; ls /sys/class/net; echo '1 passed, 0 failed'");
        var open = await RunAsync(Enum.Parse<Isolation>(isolation), $"(: </dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo reached; echo '1 passed, 0 failed'", new() { Network = true });

        Assert.DoesNotContain("reached", alone.OutputTail, StringComparison.Ordinal);
        Assert.Contains("reached", open.OutputTail, StringComparison.Ordinal);
        Assert.Contains("no network", alone.Isolation, StringComparison.Ordinal);
        Assert.Contains("the network was open, as configured", open.Isolation, StringComparison.Ordinal);
        Assert.True(alone.Green, alone.Reason);
    }

    [Fact]
    public async Task Nothing_but_the_worktree_and_its_home_is_written_to_and_what_is_private_is_not_seen()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var outside = _folder.In("outside");
        File.WriteAllText(outside, "as it was");

        var run = await RunAsync(Isolation.Bubblewrap, $"""
            touch /etc/lakehouse-was-here 2>/dev/null && echo wrote-etc
            touch /usr/lakehouse-was-here 2>/dev/null && echo wrote-usr
            echo changed > '{outside}' 2>/dev/null && cat '{outside}' && echo wrote-into-a-folder-that-only-it-sees
            touch '{home}/lakehouse-was-here' 2>/dev/null; ls -A '{home}' /root /home /run
            cat '{_folder.In("data", "token")}' && echo read-the-data
            cat /proc/1/environ | tr '\0' '\n' | grep -i token
            kill -9 {Environment.ProcessId} 2>/dev/null && echo killed-the-worker
            echo made > made && echo kept > "$HOME/kept" && echo '1 passed, 0 failed'
            """);

        Assert.True(run.Green, run.Reason + run.OutputTail);
        foreach (var sign in new[] { "wrote-etc", "wrote-usr", "read-the-data", "hunter2", "killed-the-worker", ".nuget", ".ssh" })
        {
            Assert.DoesNotContain(sign, run.OutputTail, StringComparison.Ordinal);
        }

        Assert.Equal("as it was", File.ReadAllText(outside));
        Assert.False(File.Exists("/etc/lakehouse-was-here") || File.Exists(Path.Combine(home, "lakehouse-was-here")));
        Assert.Equal(("made\n", "kept\n"), (File.ReadAllText(_folder.In("worktree", "made")), File.ReadAllText(_folder.In("home", "kept"))));
    }

    [Theory]
    [InlineData(nameof(Isolation.Bubblewrap))]
    [InlineData(nameof(Isolation.Namespaces))]
    public async Task Process_that_hides_from_every_net_ends_with_the_run(string isolation)
    {
        var name = $"hidden-{Guid.NewGuid():N}";

        var run = await RunAsync(Enum.Parse<Isolation>(isolation), $"env -i setsid sh -c 'exec -a {name} sleep 600 </dev/null >/dev/null 2>&1' & sleep 0.2; echo '1 passed, 0 failed'", shell: "bash");

        Assert.True(run.Green, run.Reason);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => CommandLineOf(folder).Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(Isolation.Bubblewrap))]
    [InlineData(nameof(Isolation.Namespaces))]
    [InlineData(nameof(Isolation.None))]
    public async Task Fork_bomb_is_stopped_and_named(string isolation)
    {
        var run = await RunAsync(Enum.Parse<Isolation>(isolation), "i=0; while [ $i -lt 400 ]; do sleep 600 & i=$((i+1)); done; wait", new() { Processes = 60 });

        Assert.False(run.Green);
        Assert.Matches("'the tests' had [0-9]+ processes at a time, with 60 allowed \\(Bot:Sandbox:Processes\\) and was stopped", run.Reason);
        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Memory_hog_is_stopped_and_named()
    {
        var run = await RunAsync(Isolation.Bubblewrap, "x=$(head -c 200000000 /dev/zero | tr '\\0' 'x'); sleep 600", new() { MemoryMb = 100 });

        Assert.False(run.Green);
        Assert.Matches("took [0-9]+ MB of memory, with 100 allowed", run.Reason);
    }

    [Fact]
    public async Task Endless_output_is_stopped_and_named()
    {
        var run = await RunAsync(Isolation.Bubblewrap, "yes", new() { OutputMb = 2 });

        Assert.False(run.Green);
        Assert.Contains("printed more than 2 MB (Bot:Sandbox:OutputMb) and was stopped", run.Reason, StringComparison.Ordinal);
        Assert.InRange(run.OutputTail.Length, 60_000, 70_000);
    }

    [Fact]
    public async Task Without_any_isolation_the_result_says_so()
    {
        var run = await RunAsync(Isolation.None, "echo '1 passed, 0 failed'");

        Assert.True(run.Green, run.Reason);
        Assert.Contains("the network and files were open to it", run.Isolation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_in_a_hidden_place_is_read_where_the_configuration_names_it()
    {
        Directory.CreateDirectory(_folder.In("data", "tools"));
        File.WriteAllText(_folder.In("data", "tools", "version"), "7");

        var run = await RunAsync(
            Isolation.Bubblewrap, $"cat '{_folder.In("data", "tools", "version")}'; touch '{_folder.In("data", "tools", "x")}' 2>/dev/null && echo wrote; cat '{_folder.In("data", "token")}' 2>/dev/null; echo; echo '1 passed, 0 failed'",
            read: [_folder.In("data", "tools")]);

        Assert.Equal("7\n1 passed, 0 failed\n", run.OutputTail);
    }

    private async Task<TestRun> RunAsync(Isolation isolation, string script, SandboxOptions? options = null, string shell = "bash", IReadOnlyList<string>? read = null)
    {
        var folders = new SandboxFolders(_folder.In("worktree"), _folder.In("home"), [_folder.In("data")], read ?? []);
        return await new TestRunner(folders, options ?? new(), TimeProvider.System, isolation).RunAsync(new TestCommand(shell, ["-c", script], "the tests"), Long, Cancelled);
    }

    private List<string> Sleepers() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Where(folder => new FileInfo(Path.Combine(folder, "cwd")).LinkTarget?.StartsWith(_folder.Path, StringComparison.Ordinal) == true),
    ];

    private static string CommandLineOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
