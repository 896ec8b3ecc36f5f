using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// Whether the documents that a playbook cites are still as they were. The caller says how they are today; nothing is fetched.
/// Only a positive "drifted" flags, "unknown" never does, and only a person's word takes a flag back.
/// </summary>
internal sealed class PlaybookDrift(NpgsqlDataSource postgres, TimeProvider time)
{
    public const string Same = "same";
    public const string Drifted = "drifted";
    public const string Unknown = "unknown";

    /// <exception cref="Errors.ApiError">404; 403; 409: it is not the tip.</exception>
    public Task<PlaybookDecision> CheckAsync(string id, IReadOnlyList<DocumentToday> today, Caller caller, CancellationToken cancellationToken) => ChangeAsync(caller, async (change, tip) =>
    {
        List<PlaybookDocument> documents = [.. tip.Documents.Select(document => Checked(document, today.FirstOrDefault(given => given.IsOf(document)), change.Now))];
        var drifted = documents.Where(document => document.Checked?.Verdict == Drifted && today.Any(given => given.IsOf(document))).Select(document => document.Tool).ToList();
        await change.DocumentsAsync(id, documents, tip.FlaggedAt ?? (drifted.Count > 0 ? change.Now : null));
        return drifted.Count > 0 && tip.FlaggedAt is null
            ? await change.DecideAsync(id, "FLAG", $"drifted: {string.Join(", ", drifted)}", ["documents", "flagged_at"], null)
            : await change.AnswerAsync(id, "NOOP", drifted.Count > 0 ? "it was flagged before" : tip.FlaggedAt is null ? "no document is known to have drifted" : "it stays flagged until it is resolved", ["documents"]);
    }, id, cancellationToken);

    /// <summary>Somebody looked: it still holds for the documents as they were checked last.</summary>
    public Task<PlaybookDecision> ResolveAsync(string id, string reason, Caller caller, CancellationToken cancellationToken) => ChangeAsync(caller, async (change, tip) =>
    {
        if (tip.FlaggedAt is null)
        {
            return await change.AnswerAsync(id, "NOOP", "it is not flagged", []);
        }

        var changes = new PlaybookChanges();
        var documents = changes.Of<IReadOnlyList<PlaybookDocument>>("documents", tip.Documents, [.. tip.Documents.Select(document => Reviewed(document, change.Now))]);
        await change.DocumentsAsync(id, documents, null);
        return await change.DecideAsync(id, "RESOLVE", reason, ["documents", "flagged_at"], changes.Before);
    }, id, cancellationToken);

    /// <summary>A hash speaks of the text itself, so it decides where both are known; else the version does.</summary>
    public static string Verdict(PlaybookDocument seen, DocumentToday today) => (seen, today) switch
    {
        ({ SnippetHash: { } was }, { SnippetHash: { } now }) => was == now ? Same : Drifted,
        ({ VersionSeen: { } was }, { Version: { } now }) => was == now ? Same : Drifted,
        _ => Unknown,
    };

    private static PlaybookDocument Checked(PlaybookDocument document, DocumentToday? today, DateTimeOffset now) =>
        today is null ? document : document with { Checked = new(today.Version, today.SnippetHash, Verdict(document, today), now) };

    // what was reviewed is what the next check compares with, or it would flag the same drift again
    private static PlaybookDocument Reviewed(PlaybookDocument document, DateTimeOffset now) => document.Checked is { Verdict: Drifted } seen
        ? document with { VersionSeen = seen.Version ?? document.VersionSeen, SnippetHash = seen.SnippetHash ?? document.SnippetHash, SeenAt = now, Checked = null }
        : document;

    private Task<PlaybookDecision> ChangeAsync(Caller caller, Func<PlaybookTransaction, Playbook, Task<PlaybookDecision>> work, string id, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var change = new PlaybookTransaction(connection, time, caller.Consumer, cancellationToken);
        var result = await work(change, await change.TipAsync(id, caller));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }, cancellationToken);
}

/// <summary>How a document is today.</summary>
/// <param name="SourceUrl">Null = every document of the tool.</param>
internal sealed record DocumentToday(string Tool, string? Version, string? SnippetHash, string? SourceUrl)
{
    public bool IsOf(PlaybookDocument document) => Tool == document.Tool && (SourceUrl is null || SourceUrl == document.SourceUrl);
}
