using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>Gitea's API v1, the part that is used.</summary>
internal sealed class StubGitea(StubForge forge) : StubApi(forge)
{
    protected override string Prefix => "/api/v1/repos/team/product";

    protected override string Authorization => $"token {StubForge.Token}";

    protected override (int Status, JsonNode? Reply)? Refuse(HttpContext context) => null;

    protected override (int Status, JsonNode? Reply) Answer(HttpContext context, string method, string[] parts, JsonNode? body) => (method, parts) switch
    {
        ("GET", ["pulls"]) => Page(context, "limit", Listed(context).Select(Json)),
        ("POST", ["pulls"]) => Create(body!),
        ("PATCH", ["pulls", var number]) when Pull(number) is { } pull => Update(pull, body!),
        ("GET", ["issues", var number, "comments"]) when Pull(number) is { } pull => (200, List(pull.Comments.Where(comment => comment.Kind == "comment").Select(Comment))),
        ("GET", ["pulls", var number, "reviews"]) when Pull(number) is { } pull => Page(context, "limit", pull.Comments.Where(comment => comment.Kind == "review").Select(review => Review(pull, review))),
        // a line's comment belongs to the review before it
        ("GET", ["pulls", var number, "reviews", var review, "comments"]) when Pull(number) is { } pull =>
            (200, List(pull.Comments.SkipWhile(comment => comment.Id != int.Parse(review)).Skip(1).TakeWhile(comment => comment.Kind == "line").Select(Comment))),
        ("GET", ["assignees"]) => (200, List(Forge.Writers.Select(writer => User(writer)))),
        ("GET", ["labels"]) => Page(context, "limit", Forge.Labels.Select(label => (JsonNode)new JsonObject { ["id"] = label.Value, ["name"] = label.Key })),
        ("POST", ["labels"]) => MakeLabel(body!),
        ("POST", ["issues", var number, "labels"]) when Pull(number) is { } pull && IsArrayOf(body!["labels"], JsonValueKind.Number) => Label(pull, body),
        _ => (404, Message("The target couldn't be found.")),
    };

    private (int Status, JsonNode? Reply) Create(JsonNode body) => Forge.Head(body["head"]!.GetValue<string>()) is null ? (404, Message("The target couldn't be found."))
        : Exists(body) ? (409, Message("pull request already exists for these targets [id: 1, issue_id: 1]"))
        : (201, Json(New(body, body["title"]!.GetValue<string>().StartsWith("WIP:", StringComparison.Ordinal))));

    // 201, as it is published
    private (int Status, JsonNode? Reply) Update(StubPull pull, JsonNode body)
    {
        Patch(pull, body);
        return (201, Json(pull));
    }

    private (int Status, JsonNode? Reply) MakeLabel(JsonNode body)
    {
        Forge.Labels[body["name"]!.GetValue<string>()] = Forge.Labels.Count + 7;
        return (201, new JsonObject { ["id"] = Forge.Labels[body["name"]!.GetValue<string>()], ["name"] = body["name"]!.GetValue<string>() });
    }

    private (int Status, JsonNode? Reply) Label(StubPull pull, JsonNode body)
    {
        var ids = body["labels"]!.AsArray().Select(id => id!.GetValue<int>()).ToHashSet();
        pull.Labels.AddRange(Forge.Labels.Where(label => ids.Contains(label.Value)).Select(label => label.Key).Except(pull.Labels));
        return (200, List(pull.Labels.Select(name => (JsonNode)new JsonObject { ["id"] = Forge.Labels[name], ["name"] = name })));
    }

    private JsonNode Json(StubPull pull)
    {
        var head = Forge.Head(pull.Branch);
        return new JsonObject
        {
            ["id"] = 1_000 + pull.Number,
            ["number"] = pull.Number,
            ["html_url"] = $"https://gitea.example/team/product/pulls/{pull.Number}",
            ["title"] = pull.Title,
            ["body"] = pull.Body,
            ["state"] = pull.Open ? "open" : "closed",
            ["draft"] = pull.Title.StartsWith("WIP:", StringComparison.Ordinal),
            ["merged"] = pull.Merged,
            ["created_at"] = "2026-04-22T03:15:00Z",
            ["user"] = User(pull.Author),
            ["head"] = new JsonObject
            {
                ["label"] = pull.Branch,
                // of a branch that is deleted Gitea tells another reference
                ["ref"] = head is null ? $"refs/pull/{pull.Number}/head" : pull.Branch,
                ["sha"] = head ?? "",
                ["repo_id"] = pull.HeadRepository is null ? -1 : 1,
                ["repo"] = pull.HeadRepository is null ? null : new JsonObject { ["full_name"] = pull.HeadRepository },
            },
            ["base"] = new JsonObject { ["label"] = pull.Base, ["ref"] = pull.Base },
        };
    }

    private static JsonNode Comment(StubComment comment) => new JsonObject
    {
        ["id"] = comment.Id,
        ["body"] = comment.Body,
        ["user"] = User(comment.Author),
        ["created_at"] = Time(comment.At),
        ["path"] = comment.Path,
    };

    private static JsonObject Review(StubPull pull, StubComment review) => new JsonObject
    {
        ["id"] = review.Id,
        ["body"] = review.Body,
        ["user"] = User(review.Author),
        ["state"] = review.State == "CHANGES_REQUESTED" ? "REQUEST_CHANGES" : review.State,
        ["submitted_at"] = Time(review.At),
        ["comments_count"] = pull.Comments.SkipWhile(comment => comment != review).Skip(1).TakeWhile(comment => comment.Kind == "line").Count(),
    };
}
