using System.Text.RegularExpressions;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>What a playbook is about, read from its line: <c>fill: Welder x2 in Toledo, OH</c>, <c>cycle: REPOSITORY gap ID landed</c>, or <c>kind: words</c>.</summary>
/// <param name="Kind">What stands before the colon.</param>
/// <param name="TaskClass">The task class that such playbooks help, where nothing else is said.</param>
internal sealed partial record PlaybookOperation(string Text, string Kind, string? Role, string? City, string? State, string? TaskClass)
{
    public const int Longest = 300;
    public const string FillKind = "fill";
    public const string CycleKind = "cycle";
    private const string Accepted = "'fill: Role xN in City, ST', 'cycle: REPOSITORY gap ID landed' (or failed; ID is 12 hexadecimal digits), or another kind of small letters, a colon and words";

    /// <exception cref="ApiError">400: it has none of the forms.</exception>
    public static PlaybookOperation Parse(string text)
    {
        var line = Spaces().Replace(text, " ").Trim();
        var kind = Line().Match(line) is { Success: true } read ? read.Groups["kind"].Value : throw Refused(line);
        return kind switch
        {
            FillKind when FillOperation.Parse(line) is { } fill => new(line, kind, fill.Role, fill.City, fill.State, "staffing.fill"),
            CycleKind when Cycle().IsMatch(line) => new(line, kind, null, null, null, "bot.proposal"),
            FillKind or CycleKind => throw Refused(line),
            _ => new(line, kind, null, null, null, null),
        };
    }

    private static ApiError Refused(string line) =>
        ApiError.BadInput("operation", $"operation is '{(line.Length <= 80 ? line : line[..80] + "…")}'; accepted is {Accepted}.");

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();

    [GeneratedRegex("^(?<kind>[a-z][a-z0-9_-]{0,29}): [^\\p{C}]+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex("^cycle: .+ gap [0-9a-f]{12} (landed|failed)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Cycle();
}
