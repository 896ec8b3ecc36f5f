using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>Questions about playbooks, as callers ask them.</summary>
internal static class PlaybookQueries
{
    private const int MostLimit = 500;
    private static readonly string[] ListNames = ["status", "kind", "task_class", "operation", "city", "state", "role"];
    private static readonly string[] InForce = [PlaybookStatus.Live, PlaybookStatus.Flagged, PlaybookStatus.Pruned];

    /// <summary>Parameters of <c>GET /v1/playbooks</c>.</summary>
    public static (PlaybookFilter Filter, PageQuery Page) List(IQueryCollection query)
    {
        var page = PageQuery.OfIds(query, "pbk_", ListNames);
        return (new(Statuses(PageQuery.Text(query, "status")), Text("kind"), Text("task_class"), Text("operation"), Text("city"), Text("state"), Text("role")), page);

        string? Text(string name) => PageQuery.Text(query, name) switch
        {
            null => null,
            { Length: <= PlaybookOperation.Longest } text when !text.Contains('\0', StringComparison.Ordinal) => text,
            _ => throw ApiError.BadInput(name, $"{name} is no such text; accepted are 1 to {PlaybookOperation.Longest} characters."),
        };
    }

    /// <summary>Body of <c>POST /v1/playbooks/boosts</c>.</summary>
    public static BoostQuestion Boosts(JsonObject body)
    {
        body.AcceptOnly("role", "city", "state", "query", "at", "limit");
        return new(
            body.TextOf("role", PlaybookFields.LongestName), body.TextOf("city", PlaybookFields.LongestName), body.State(), body.TextOf("query", 8_000),
            body.TimeOf("at", "at"), (int)(body.NumberOf("limit", "limit", 1, MostLimit) ?? PlaybookBoosts.DefaultLimit));
    }

    /// <summary>Body of <c>POST /v1/playbooks/outcomes</c>.</summary>
    public static (NewMark Mark, IReadOnlyList<string> Playbooks) Outcome(JsonObject body)
    {
        body.AcceptOnly("source_id", "kind", "success", "reason", "playbooks");
        var kind = body.Needed("kind", 30);
        if (kind == PlaybookGrading.FailureKind || !kind.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'))
        {
            throw ApiError.BadInput("kind", $"kind is '{kind}'; accepted is what was measured, in small letters and underscores, such as tests or fill, and not {PlaybookGrading.FailureKind}.");
        }

        var ids = body.ListOf("playbooks", PlaybookFields.MostNames);
        return ids.Count == 0
            ? throw ApiError.BadInput("playbooks", "playbooks is empty; accepted are ids of playbooks that were used.")
            : (new(body.Needed("source_id", 200), kind, body.NeededFlag("success"), null, body.TextOf("reason", 1_000)),
                [.. ids.Select((id, index) => id is JsonValue value && value.TryGetValue(out string? text)
                    ? text
                    : throw ApiError.BadInput($"playbooks[{index}]", $"playbooks[{index}] is {id.Shortened()}; accepted is a playbook's id."))]);
    }

    /// <summary>Body of <c>POST /v1/playbooks/{id}/failures</c>.</summary>
    public static NewMark Failure(JsonObject body)
    {
        body.AcceptOnly("source_id", "reason", "name");
        return new(body.Needed("source_id", 200), PlaybookGrading.FailureKind, false, body.TextOf("name", PlaybookFields.LongestName)?.Trim().ToLowerInvariant(), body.Needed("reason", 1_000));
    }

    /// <summary>Body of <c>POST /v1/playbooks/{id}/drift</c>.</summary>
    public static IReadOnlyList<DocumentToday> Today(JsonObject body)
    {
        var list = body.AcceptOnly("documents").ListOf("documents", PlaybookFields.MostDocuments);
        return list.Count == 0
            ? throw ApiError.BadInput("documents", "documents is empty; accepted is how documents are today, each with tool and version or snippet_hash.")
            : [.. list.Select((entry, index) =>
            {
                var document = PlaybookFields.Entry(entry, $"documents[{index}]", "tool", "version", "snippet_hash", "source_url");
                return new DocumentToday(document.Needed("tool", PlaybookFields.LongestName), document.TextOf("version", PlaybookFields.LongestName), document.TextOf("snippet_hash", 128), document.TextOf("source_url", 2_000));
            })];
    }

    private static IReadOnlyList<string> Statuses(string? text) => text switch
    {
        null => InForce,
        "all" => PlaybookStatus.All,
        _ when PlaybookStatus.All.Contains(text) => [text],
        _ => throw ApiError.BadInput("status", $"status is '{(text.Length <= 80 ? text : text[..80] + "…")}'; accepted are {string.Join(", ", PlaybookStatus.All)} and all; without it live, flagged and pruned ones."),
    };
}
