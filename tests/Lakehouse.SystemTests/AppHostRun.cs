using System.Text.RegularExpressions;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>The AppHost as a process of its own, on free ports; knows every process that belongs to it.</summary>
internal sealed partial class AppHostRun : IAsyncDisposable
{
    private const string Marker = "LAKEHOUSE_TEST_RUN";

    private readonly string _data;
    private readonly string _run;

    private AppHostRun(ChildProcess process, string data, string run) => (Process, _data, _run) = (process, data, run);

    public ChildProcess Process { get; }

    public static AppHostRun Start(string data, params string[] arguments) =>
        Start("dotnet", [Built.Assembly("Lakehouse.AppHost"), .. arguments], data, environment: null);

    /// <summary>As a person does: <c>dotnet run</c> above, the AppHost below it.</summary>
    public static AppHostRun StartWithDotnetRun(string data) =>
        Start("dotnet", ["run", "--no-build", "--configuration", Built.Configuration, "--project", Path.Combine(Built.Checkout, "Lakehouse.AppHost"), "--"], data, environment: null);

    public static AppHostRun Start(string program, string[] arguments, string data, IReadOnlyDictionary<string, string?>? environment)
    {
        var run = Guid.NewGuid().ToString("N");
        var settings = new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>(), StringComparer.Ordinal)
        {
            [Marker] = run,
            ["Lakehouse__DataFolder"] = data,
        };
        // nobody listens there: no dashboard is wanted, and none is fetched
        settings.TryAdd("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
        settings.TryAdd("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        settings.TryAdd("DcpPublisher__RandomizePorts", "true");
        return new AppHostRun(ChildProcess.Start(program, arguments, settings), data, run);
    }

    public async Task<AppHostRun> UntilUpAsync(CancellationToken cancellationToken)
    {
        await Process.WaitForLineAsync("Ctrl-C stops everything", cancellationToken);
        return this;
    }

    /// <summary>The value behind a label of the closing block, e.g. <c>Gateway</c>.</summary>
    public string Printed(string label) => BlockLine().Matches(Process.Output).Single(match => match.Groups["label"].Value.Trim() == label).Groups["value"].Value.Trim();

    /// <summary>Processes of this run that are alive, the AppHost's own among them.</summary>
    public IReadOnlyList<OwnedProcess> Alive() => [.. OwnedProcess.All().Where(process => process.Belongs($"{Marker}={_run}", _data))];

    public OwnedProcess Service(string assembly) => Alive().Single(process => process.CommandLine.Contains(assembly + ".dll", StringComparison.Ordinal));

    /// <summary>Waits until no process of this run is left; fails with the names of those that stay.</summary>
    public Task UntilNothingIsLeftAsync(CancellationToken cancellationToken) =>
        Eventually.GetAsync(() => Task.FromResult(string.Join("; ", Alive())), left => left.Length == 0, cancellationToken);

    public static Task SignalAsync(int process, string signal, CancellationToken cancellationToken) =>
        System.Diagnostics.Process.Start("sh", ["-c", $"kill -{signal} {process}"]).WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        foreach (var left in Alive())
        {
            await SignalAsync(left.Id, "KILL", CancellationToken.None);
        }
    }

    [GeneratedRegex(@"^  (?<label>[A-Z][A-Za-z ]{1,17}) +(?<value>\S.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BlockLine();
}
