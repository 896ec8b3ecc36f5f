using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>What somebody holds to be worth knowing, checked. The server decides what becomes of it.</summary>
/// <param name="ValidFrom">Since when it holds; null = from now on.</param>
internal sealed record MemoryProposal(
    string Scope, string Kind, string? Key, string Text, JsonObject Attributes, string SourceKind, string? SourceId, string Trust, string By, DateTimeOffset? ValidFrom);

/// <summary>Another text for a version that holds.</summary>
/// <param name="Attributes">Null = as they were.</param>
internal sealed record MemoryRevision(string Text, JsonObject? Attributes, string SourceKind, string? SourceId, string Trust, string By, string? Reason);

/// <summary>What became of a proposal.</summary>
/// <param name="Decision">ADD, UPDATE or NOOP.</param>
/// <param name="Memory">The row that holds now; of a NOOP the one that says it already; null where a playbook or a rule does.</param>
/// <param name="Replaced">Of an UPDATE: the id of the version before.</param>
internal sealed record MemoryDecision(string Decision, string Reason, MemoryItem? Memory, string? Replaced)
{
    public const string Add = "ADD";
    public const string Update = "UPDATE";
    public const string Noop = "NOOP";
}

/// <summary>Who stands for a memory. Nobody replaces what somebody above has said.</summary>
internal static class MemoryTrust
{
    public const string Model = "model";
    public const string Consumer = "consumer";
    public const string Operator = "operator";

    public static string Of(string sourceKind, bool isAdmin) => sourceKind == MemorySource.Model ? Model : isAdmin ? Operator : Consumer;

    public static bool MayReplace(string mine, string theirs) => Rank(mine) >= Rank(theirs);

    private static int Rank(string trust) => trust switch { Operator => 2, Consumer => 1, _ => 0 };
}

internal static class MemorySource
{
    public const string Person = "person";
    public const string Model = "model";

    public static readonly IReadOnlyList<string> All = [Person, Model, "tool", "document", "outcome"];
}
