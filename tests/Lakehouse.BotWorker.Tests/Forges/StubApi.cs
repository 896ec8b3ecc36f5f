using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>What both forges' APIs have in common.</summary>
internal abstract class StubApi(StubForge forge)
{
    protected StubForge Forge => forge;

    protected abstract string Prefix { get; }

    protected abstract string Authorization { get; }

    public (int Status, JsonNode? Reply) Answer(HttpContext context, byte[] body)
    {
        if (context.Request.Headers.Authorization != Authorization)
        {
            return (401, Message("Bad credentials"));
        }

        if (Refuse(context) is { } refusal)
        {
            return refusal;
        }

        var path = context.Request.Path.Value!;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return (404, Message("Not Found"));
        }

        var parts = path[Prefix.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var json = body.Length == 0 ? null : JsonNode.Parse(body);
        return Answer(context, context.Request.Method, parts, json);
    }

    protected abstract (int Status, JsonNode? Reply)? Refuse(HttpContext context);

    protected abstract (int Status, JsonNode? Reply) Answer(HttpContext context, string method, string[] parts, JsonNode? body);

    protected StubPull? Pull(string number) => forge.Pulls.FirstOrDefault(pull => pull.Number == int.Parse(number));

    protected static JsonNode Message(string text) => new JsonObject { ["message"] = text };

    protected static JsonNode User(string login, bool app = false) => new JsonObject { ["id"] = 1, ["login"] = login, ["type"] = app ? "Bot" : "User" };

    protected static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    protected static JsonArray List(IEnumerable<JsonNode> items) => new([.. items]);

    /// <summary>One page, and the header that leads to the next.</summary>
    protected (int Status, JsonNode? Reply) Page(HttpContext context, string sizeName, IEnumerable<JsonNode> items)
    {
        var size = Math.Min(int.Parse(context.Request.Query[sizeName]!), forge.LargestPage);
        var page = int.Parse(context.Request.Query["page"]!);
        var all = items.ToList();
        if (all.Count > page * size)
        {
            context.Response.Headers.Link = $"<{forge.Url}{context.Request.Path}?page={page + 1}>; rel=\"next\", <{forge.Url}{context.Request.Path}?page=9>; rel=\"last\"";
        }
        else if (page > 1)
        {
            context.Response.Headers.Link = $"<{forge.Url}{context.Request.Path}?page=1>; rel=\"first\"";
        }

        return (200, List(all.Skip((page - 1) * size).Take(size)));
    }

    protected StubPull New(JsonNode body, bool draft)
    {
        var pull = new StubPull
        {
            Number = forge.Pulls.Count + 1,
            Title = body["title"]!.GetValue<string>(),
            Body = body["body"]!.GetValue<string>(),
            Branch = body["head"]!.GetValue<string>(),
            Base = body["base"]!.GetValue<string>(),
            Draft = draft,
        };
        forge.Pulls.Add(pull);
        return pull;
    }

    protected bool Exists(JsonNode body) => forge.Pulls.Any(pull => pull.Open && pull.HeadRepository == StubForge.Repository && pull.Branch == body["head"]!.GetValue<string>());

    protected static void Patch(StubPull pull, JsonNode body)
    {
        pull.Title = body["title"]?.GetValue<string>() ?? pull.Title;
        pull.Body = body["body"]?.GetValue<string>() ?? pull.Body;
    }

    protected IEnumerable<StubPull> Listed(HttpContext context) => forge.Pulls.Where(pull => context.Request.Query["state"] == "all" || pull.Open).Reverse();

    protected static bool IsArrayOf(JsonNode? node, JsonValueKind kind) => node is JsonArray array && array.All(item => item!.GetValueKind() == kind);
}
