using System.Text;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>The corpus: <c>hostile-proposals.jsonl</c>, one proposal a line, with the rule that must refuse it.</summary>
public static class HostileProposals
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<HostileProposal> All { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Guardrails/hostile-proposals.jsonl"))
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonSerializer.Deserialize<HostileProposal>(line, Options)!),
    ];

    public static TheoryData<string> Names() => [.. All.Select(proposal => proposal.Name)];
}

/// <param name="Files">Path, content (a text repeated), is_new.</param>
public sealed record HostileProposal(string Name, string Rule, IReadOnlyList<HostileFile> Files)
{
    internal Proposal ToProposal() => new(Name, [.. Files.SelectMany(file => file.ToFiles())]);
}

/// <param name="Times">How often the content is repeated.</param>
/// <param name="Copies">How many files like this, numbered where the path holds <c>{n}</c>.</param>
public sealed record HostileFile(string Path, string Content = "text\n", bool IsNew = true, int Times = 1, int Copies = 1)
{
    internal IEnumerable<ProposedFile> ToFiles()
    {
        var content = Times == 1 ? Content : new StringBuilder().Insert(0, Content, Times).ToString();
        return Enumerable.Range(0, Copies).Select(n => new ProposedFile(Path.Replace("{n}", $"{n}", StringComparison.Ordinal), content, IsNew));
    }
}
