using Lakehouse.Gateway.Configuration;
using Lakehouse.Testing;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.Gateway.Tests.Configuration;

/// <summary>A providers.toml and a routing.toml in a folder of their own.</summary>
internal sealed class TwoFiles : IDisposable
{
    public const string SomeProviders = """
        [ollama]
        kind = "ollama"
        base_url = "http://localhost:11434"
        paid = false

        [lab]
        kind = "openai"
        base_url = "http://localhost:8000/v1"
        paid = true
        api_key_env = "LAB_KEY"
        """;

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public TwoFiles(string providers = SomeProviders, string routing = "", Dictionary<string, string?>? settings = null)
    {
        Write("providers.toml", providers);
        Write("routing.toml", routing);
        Files = new(Path("providers.toml"), Path("routing.toml"), new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    public ConfigFiles Files { get; }

    public static string Shipped(string file) => File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "config", file));

    public string Path(string file) => _folder.In(file);

    public void Write(string file, string text) => File.WriteAllText(Path(file), text);

    /// <summary>As editors save: the whole text under another name, then one rename.</summary>
    public void Replace(string file, string text)
    {
        Write(file + "~", text);
        File.Move(Path(file + "~"), Path(file), overwrite: true);
    }

    public GatewayConfig Load() => Files.Parse(Files.Read(), Now);

    /// <summary>The faults, with the folder taken off.</summary>
    public IReadOnlyList<string> Faults() => [.. Assert.Throws<ConfigException>(Load).Faults.Select(Short)];

    public string Short(string text) => text.Replace(_folder.Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
