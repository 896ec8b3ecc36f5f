using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>What is seeded: something that was done, and what is known of it. Null = nothing is said of it.</summary>
internal sealed record PlaybookSeed(
    PlaybookOperation Operation, string? City, string? State, string? TaskClass, string? Approach,
    IReadOnlyList<string> EndorsedNames, IReadOnlyList<PlaybookDocument>? Documents, string? SchemaFingerprint, DateTimeOffset? ValidUntil)
{
    public static readonly string[] Fields = ["operation", "city", "state", "task_class", "approach", "endorsed_names", "documents", "schema_fingerprint", "valid_until"];

    /// <exception cref="ApiError">400, naming the field.</exception>
    public static PlaybookSeed Parse(JsonObject body, DateTimeOffset now)
    {
        body.AcceptOnly(Fields);
        var operation = PlaybookOperation.Parse(body.Needed("operation", PlaybookOperation.Longest));
        var until = body.TimeOf("valid_until", "valid_until");
        return until <= now
            ? throw ApiError.BadInput("valid_until", $"valid_until is {until:O}, which has passed; accepted is a time to come.")
            : new(
                operation, Agreed("city", operation.City, body.TextOf("city", PlaybookFields.LongestName)?.Trim()), Agreed("state", operation.State, body.State()),
                body.TextOf("task_class", 200), body.Approach(), body.Names("endorsed_names") ?? [], body.Documents(now),
                body.TextOf("schema_fingerprint", 128), until);
    }

    // a fill names its place itself: said twice, both must say the same
    private static string? Agreed(string field, string? named, string? given) => named is null || given is null || string.Equals(named, given, StringComparison.OrdinalIgnoreCase)
        ? named ?? given
        : throw ApiError.BadInput(field, $"{field} is '{given}', and the operation says '{named}'; accepted is the same, or no {field}.");
}

/// <summary>A live playbook and another seed of the same key, together.</summary>
/// <param name="Changed">Fields that are not as before; empty = there is nothing new.</param>
/// <param name="Before">What they were.</param>
internal sealed record PlaybookMerge(
    IReadOnlyList<string> EndorsedNames, string? Approach, string? TaskClass, IReadOnlyList<PlaybookDocument> Documents, string? SchemaFingerprint, DateTimeOffset? ValidUntil,
    IReadOnlyList<string> Changed, JsonObject Before)
{
    /// <summary>Fields of which the seed says otherwise, and which are not its consumer's to change.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Names and documents are joined, in the order in which they came; of the rest the latest that was said holds, where whoever says it may.</summary>
    public static PlaybookMerge Of(Playbook live, PlaybookSeed seed, bool mayReplace)
    {
        string[] names = [.. live.EndorsedNames.Union(seed.EndorsedNames, StringComparer.OrdinalIgnoreCase)];
        if (names.Length > PlaybookFields.MostNames)
        {
            throw ApiError.BadInput("endorsed_names", $"endorsed_names would be {names.Length} together with those of {live.Id}; accepted are at most {PlaybookFields.MostNames}.");
        }

        var (changes, kept) = (new PlaybookChanges(), new PlaybookChanges());
        return new(
            changes.Of("endorsed_names", live.EndorsedNames, names), Latest("approach", live.Approach, seed.Approach), Latest("task_class", live.TaskClass, seed.TaskClass),
            changes.Of("documents", live.Documents, Joined(live.Documents, seed.Documents ?? [])), Latest("schema_fingerprint", live.SchemaFingerprint, seed.SchemaFingerprint),
            Latest("valid_until", live.ValidUntil, seed.ValidUntil), changes.Fields, changes.Before) { Kept = kept.Fields };

        T Latest<T>(string field, T before, T said)
        {
            var next = (mayReplace ? changes : kept).Of(field, before, said is null ? before : said);
            return mayReplace ? next : before;
        }
    }

    // what a document was is not replaced by what it is: only a review says that the playbook still holds
    private static PlaybookDocument[] Joined(IReadOnlyList<PlaybookDocument> live, IReadOnlyList<PlaybookDocument> seeded)
    {
        PlaybookDocument[] joined = [.. live, .. seeded.Where(document => !live.Any(known => known.Tool == document.Tool && known.SourceUrl == document.SourceUrl))];
        return joined.Length <= PlaybookFields.MostDocuments
            ? joined
            : throw ApiError.BadInput("documents", $"documents would be {joined.Length} together with those that are there; accepted are at most {PlaybookFields.MostDocuments}.");
    }
}
