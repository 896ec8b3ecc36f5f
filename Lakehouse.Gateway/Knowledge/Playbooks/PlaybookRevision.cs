using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>What a new version says otherwise. A field that is not there stays; the key (operation, day, city, state) always does.</summary>
internal sealed record PlaybookRevision(string Reason, JsonObject Given, DateTimeOffset Now)
{
    private static readonly string[] Revisable = ["approach", "endorsed_names", "documents", "schema_fingerprint", "valid_until", "task_class"];

    public static PlaybookRevision Parse(JsonObject body, DateTimeOffset now)
    {
        body.AcceptOnly(["reason", .. Revisable]);
        var revision = new PlaybookRevision(body.Needed("reason", 1_000), body, now);
        if (!Revisable.Any(body.ContainsKey))
        {
            throw ApiError.BadInput("body", $"Nothing is revised; accepted is at least one of {string.Join(", ", Revisable)}.");
        }

        revision.Check();
        return revision;
    }

    /// <summary>The new version's fields, and those that differ from the version before.</summary>
    public PlaybookMerge Of(Playbook tip)
    {
        var changes = new PlaybookChanges();
        return new(
            changes.Of("endorsed_names", tip.EndorsedNames, Given.ContainsKey("endorsed_names") ? Given.Names("endorsed_names") ?? [] : tip.EndorsedNames),
            changes.Of("approach", tip.Approach, Given.ContainsKey("approach") ? Given.Approach() : tip.Approach),
            changes.Of("task_class", tip.TaskClass, Text("task_class", 200, tip.TaskClass)),
            changes.Of("documents", tip.Documents, Given.ContainsKey("documents") ? Given.Documents(Now) ?? [] : tip.Documents),
            changes.Of("schema_fingerprint", tip.SchemaFingerprint, Text("schema_fingerprint", 128, tip.SchemaFingerprint)),
            changes.Of("valid_until", tip.ValidUntil, Given.ContainsKey("valid_until") ? Given.TimeOf("valid_until", "valid_until") : tip.ValidUntil), changes.Fields, changes.Before);
    }

    /// <summary>New documents were looked at by whoever wrote the revision; the same ones are as doubtful as before.</summary>
    public bool KeepsFlag => !Given.ContainsKey("documents");

    private string? Text(string field, int most, string? otherwise) => Given.ContainsKey(field) ? Given.TextOf(field, most) : otherwise;

    // before anything is looked up: a wrong field is the caller's first to know
    private void Check()
    {
        (_, _, _) = (Given.Names("endorsed_names"), Given.Approach(), Given.Documents(Now));
        (_, _) = (Given.TextOf("task_class", 200), Given.TextOf("schema_fingerprint", 128));
        if (Given.TimeOf("valid_until", "valid_until") is { } until && until <= Now)
        {
            throw ApiError.BadInput("valid_until", $"valid_until is {until:O}, which has passed; accepted is a time to come.");
        }
    }
}
