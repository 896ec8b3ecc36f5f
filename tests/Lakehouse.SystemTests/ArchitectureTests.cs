using System.Text.RegularExpressions;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>Rules of docs/architecture.md that the compiler does not hold.</summary>
public sealed partial class ArchitectureTests
{
    [Fact]
    public void Vendors_are_spoken_to_from_the_adapters_only()
    {
        var outside = Sources().Where(file => !IsAdapter(file) && VendorTraces().IsMatch(Code(file))).Select(Relative);

        Assert.Empty(outside);
    }

    [Fact]
    public void Scan_would_see_a_vendor_call()
    {
        Assert.Contains(Sources(), file => IsAdapter(file) && VendorTraces().IsMatch(Code(file)));
    }

    [Theory]
    [InlineData("Lakehouse.BotWorker", "StackExchange.Redis", "gateway.usage", "Lakehouse.Gateway;")]
    [InlineData("Lakehouse.Observer", "StackExchange.Redis", "gateway.usage", "Lakehouse.BotWorker;")]
    [InlineData("Lakehouse.Gateway", "Hangfire", "bot.cycles", "Lakehouse.BotWorker;")]
    public void Service_keeps_out_of_what_belongs_to_another(string service, params string[] foreign)
    {
        var folder = Path.Combine(Built.Checkout, service) + Path.DirectorySeparatorChar;
        var trespassing = Sources().Where(file => file.StartsWith(folder, StringComparison.Ordinal) && foreign.Any(word => Code(file).Contains(word, StringComparison.Ordinal))).Select(Relative);

        Assert.Empty(trespassing);
    }

    [Fact]
    public void Only_the_gateway_is_given_redis()
    {
        var appHost = File.ReadAllText(Path.Combine(Built.Checkout, "Lakehouse.AppHost", "AppHost.cs"));

        Assert.Single(Regex.Matches(appHost, @"WithReference\([^)]*redis", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)));
    }

    private static bool IsAdapter(string file) =>
        Relative(file).StartsWith(Path.Combine("Lakehouse.Gateway", "Providers"), StringComparison.Ordinal)
        || Relative(file).StartsWith(Path.Combine("Lakehouse.AppHost", "Demo"), StringComparison.Ordinal);

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateDirectories(Built.Checkout, "Lakehouse.*")
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(file => !Relative(file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string Relative(string file) => Path.GetRelativePath(Built.Checkout, file);

    private static string Code(string file) => File.ReadAllText(file);

    // the paths and hosts by which the vendors' APIs are reached, and their SDKs
    [GeneratedRegex(@"""/?api/(chat|generate|embed)|ollama\.com|openrouter\.ai|generativelanguage\.|anthropic\.com|api\.openai\.com|using (OpenAI|Anthropic|OllamaSharp|Microsoft\.Extensions\.AI)", RegexOptions.None, 1000)]
    private static partial Regex VendorTraces();
}
