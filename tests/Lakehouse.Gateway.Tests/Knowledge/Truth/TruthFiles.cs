using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

/// <summary>A folder of rules that a test writes itself.</summary>
internal sealed class TruthFiles : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public TruthFiles(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            Write(name, text);
        }
    }

    public string Path => _folder.Path;

    public static string Shipped { get; } = System.IO.Path.Combine(Built.Checkout, "Lakehouse.Gateway", "truth");

    /// <param name="condition">As an inline table.</param>
    /// <param name="action">As an inline table.</param>
    public static string Rule(string id, string taskClass, string condition, string action) => $"""
        [[rule]]
        id = "{id}"
        task_class = "{taskClass}"
        description = "For tests."
        condition = {condition}
        action = {action}

        """;

    public void Write(string name, string text) => File.WriteAllText(_folder.In(name), text);

    public TruthRules Load() => new TruthFolder(_folder.Path).Load(Now);

    /// <summary>The faults, with the folder taken off.</summary>
    public IReadOnlyList<string> Faults() => [.. Assert.Throws<ConfigException>(Load).Faults.Select(Short)];

    public string Short(string text) => text.Replace(_folder.Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(_folder.Path, "FOLDER", StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
