using System.ComponentModel;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>Runs one script of <c>Clients/node</c> once: all checks of one client, one line each.</summary>
public abstract class NodeRun(TestPostgres postgres, string script) : IAsyncLifetime
{
    private const string Folder = "tests/Lakehouse.Gateway.Tests/Clients/node";
    private Dictionary<string, string> _results = [];
    private string _output = "";

    public ClientHouse House { get; } = new(postgres);

    /// <summary>The names of the checks that ran.</summary>
    public IEnumerable<string> Checks => _results.Keys;

    /// <summary>Node in the folder of the clients.</summary>
    internal static ChildProcess Start(string[] arguments, Dictionary<string, string?> environment)
    {
        var folder = Path.Combine(Built.Checkout, Folder);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException($"The clients are not installed. Run in the checkout: npm ci --prefix {Folder} --ignore-scripts --no-audit --no-fund");
        }

        try
        {
            return ChildProcess.Start("node", arguments, environment, folder);
        }
        catch (Win32Exception problem)
        {
            throw new InvalidOperationException("There is no node on PATH. Install Node 20 or newer with npm.", problem);
        }
    }

    public async ValueTask InitializeAsync()
    {
        await House.InitializeAsync();
        await using var node = Start([script], new()
        {
            ["LAKEHOUSE_URL"] = House.Url, ["LAKEHOUSE_KEY"] = ClientHouse.Key, ["LAKEHOUSE_SPENT_KEY"] = ClientHouse.SpentKey,
        });
        var exit = await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        _output = $"node {script} ended with {exit}:{Environment.NewLine}{node.Output}";
        _results = node.Output.Split(Environment.NewLine).Where(line => line.StartsWith("check ", StringComparison.Ordinal))
            .Select(line => line["check ".Length..].Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
    }

    public void Passed(string check)
    {
        Assert.True(_results.TryGetValue(check, out var result), $"There is no result of '{check}'. {_output}");
        Assert.Equal("ok", result);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return House.DisposeAsync();
    }
}
