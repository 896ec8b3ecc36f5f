using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>GitHub's REST API of 2022-11-28, the part that is used.</summary>
internal sealed class StubGitHub(StubForge forge) : StubApi(forge)
{
    protected override string Prefix => "/repos/team/product";

    protected override string Authorization => $"Bearer {StubForge.Token}";

    protected override (int Status, JsonNode? Reply)? Refuse(HttpContext context) =>
        string.IsNullOrEmpty(context.Request.Headers.UserAgent) ? (403, Message("Request forbidden by administrative rules. Please make sure your request has a User-Agent header"))
        : context.Request.Headers["X-GitHub-Api-Version"] != "2022-11-28" ? (400, Message("unknown version"))
        : null;

    protected override (int Status, JsonNode? Reply) Answer(HttpContext context, string method, string[] parts, JsonNode? body) => (method, parts) switch
    {
        ("GET", ["pulls"]) => Page(context, "per_page", Listed(context).Select(Json)),
        ("POST", ["pulls"]) => Create(body!),
        ("PATCH", ["pulls", var number]) when Pull(number) is { } pull => Update(pull, body!),
        ("GET", ["issues", var number, "comments"]) when Pull(number) is { } pull => Page(context, "per_page", pull.Comments.Where(comment => comment.Kind == "comment").Select(Comment)),
        ("GET", ["pulls", var number, "comments"]) when Pull(number) is { } pull => Page(context, "per_page", pull.Comments.Where(comment => comment.Kind == "line").Select(Comment)),
        ("GET", ["pulls", var number, "reviews"]) when Pull(number) is { } pull => Page(context, "per_page", pull.Comments.Where(comment => comment.Kind == "review").Select(Review)),
        ("POST", ["issues", var number, "labels"]) when Pull(number) is { } pull && IsArrayOf(body!["labels"], JsonValueKind.String) => Label(pull, body),
        _ => (404, Message("Not Found")),
    };

    private (int Status, JsonNode? Reply) Create(JsonNode body)
    {
        var draft = body["draft"]!.GetValue<bool>();
        if (draft && !Forge.HasDrafts)
        {
            return (422, new JsonObject { ["message"] = "Draft pull requests are not supported in this repository.", ["documentation_url"] = "https://docs.github.com/rest" });
        }

        var head = body["head"]!.GetValue<string>();
        return Forge.Head(head) is null ? Invalid("PullRequest head is invalid")
            : Exists(body) ? Invalid($"A pull request already exists for team:{head}.")
            : (201, Json(New(body, draft)));
    }

    private (int Status, JsonNode? Reply) Update(StubPull pull, JsonNode body)
    {
        Patch(pull, body);
        return (200, Json(pull));
    }

    // a label that the repository does not have is made
    private static (int Status, JsonNode? Reply) Label(StubPull pull, JsonNode body)
    {
        pull.Labels.AddRange(body["labels"]!.AsArray().Select(label => label!.GetValue<string>()).Except(pull.Labels));
        return (200, List(pull.Labels.Select(name => (JsonNode)new JsonObject { ["id"] = 1, ["name"] = name })));
    }

    private static (int Status, JsonNode? Reply) Invalid(string message) => (422, new JsonObject
    {
        ["message"] = "Validation Failed",
        ["errors"] = new JsonArray(new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = message }),
    });

    private JsonNode Json(StubPull pull) => new JsonObject
    {
        ["id"] = 1_000 + pull.Number,
        ["number"] = pull.Number,
        ["html_url"] = $"https://github.example/team/product/pull/{pull.Number}",
        ["title"] = pull.Title,
        ["body"] = pull.Body,
        ["state"] = pull.Open ? "open" : "closed",
        ["draft"] = pull.Draft,
        ["merged_at"] = pull.Merged ? "2026-04-22T03:15:00Z" : null,
        ["created_at"] = "2026-04-22T03:15:00Z",
        ["user"] = User(pull.Author),
        ["head"] = new JsonObject
        {
            ["label"] = $"team:{pull.Branch}",
            ["ref"] = pull.Branch,
            ["sha"] = Forge.Head(pull.Branch) ?? "0000000000000000000000000000000000000000",
            ["repo"] = pull.HeadRepository is null ? null : new JsonObject { ["full_name"] = pull.HeadRepository },
        },
        ["base"] = new JsonObject { ["ref"] = pull.Base },
    };

    private JsonNode Comment(StubComment comment) => new JsonObject
    {
        ["id"] = comment.Id,
        ["body"] = comment.Body,
        ["user"] = User(comment.Author, comment.App),
        ["author_association"] = Association(comment),
        ["created_at"] = Time(comment.At),
        ["path"] = comment.Path,
    };

    private JsonNode Review(StubComment review) => new JsonObject
    {
        ["id"] = review.Id,
        ["body"] = review.Body,
        ["user"] = User(review.Author, review.App),
        ["state"] = review.State,
        ["author_association"] = Association(review),
        ["submitted_at"] = review.State == "PENDING" ? null : Time(review.At),
    };

    private string Association(StubComment comment) => Forge.Writers.Contains(comment.Author) ? "COLLABORATOR" : comment.Author == "member" ? "MEMBER" : comment.Author == "contributor" ? "CONTRIBUTOR" : "NONE";
}
