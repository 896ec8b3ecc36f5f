using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Testing.Ablation;

/// <summary>
/// A model without intelligence, speaking Ollama's protocol, that fills jobs from what its prompt says and from nothing else: it
/// keeps nothing between calls. Where the context has a playbook of the job, it looks the endorsed workers up and proposes them;
/// else it searches and proposes the first. A token is four bytes of what it was sent or said.
/// </summary>
public static partial class ScriptedRecruiter
{
    private const int BytesPerToken = 4;

    public static Task<StubServer> StartAsync(CancellationToken cancellationToken) => StubServer.StartAsync((context, text) =>
    {
        var body = JsonNode.Parse(text)!;
        var message = Next([.. body["messages"]!.AsArray().Select(message => message!.AsObject())]);
        context.Response.ContentType = "application/x-ndjson";
        return context.Response.WriteAsync(new JsonObject
        {
            ["model"] = "scripted", ["done"] = true, ["done_reason"] = "stop", ["message"] = message,
            ["prompt_eval_count"] = Tokens(body["messages"]!) + (body["tools"] is { } tools ? Tokens(tools) : 0), ["eval_count"] = Tokens(message),
        }.ToJsonString() + "\n", context.RequestAborted);
    }, cancellationToken);

    private static JsonObject Next(IReadOnlyList<JsonObject> messages)
    {
        var said = messages.Where(message => Of(message, "user")).Select(message => message["content"]!.ToString()).ToList();
        var job = Job().Match(said.First(Job().IsMatch));
        var (role, place, count) = (job.Groups["role"].Value, $"{job.Groups["city"].Value}, {job.Groups["state"].Value}", int.Parse(job.Groups["count"].Value));
        var refused = said.Where(text => text.StartsWith(FillAttempt.Refused, StringComparison.Ordinal)).SelectMany(Ids).ToHashSet(StringComparer.Ordinal);
        // what was found out in this turn: behind the last thing that a person said
        var found = messages.Skip(messages.Select((message, at) => Of(message, "user") ? at : 0).Max()).Where(message => Of(message, "tool")).Select(message => JsonNode.Parse(message["content"]!.ToString())!).ToList();
        if (found.Find(one => one["workers"] is not null) is { } search)
        {
            var names = search["workers"]!.AsArray();
            return names.Count == 0
                ? Saying(new() { ["fills"] = new JsonArray(), ["reason"] = $"No {role} is available in {place}." })
                : Proposing([.. names.Take(count).Select(worker => worker!)]);
        }

        string[] known = [.. said.Where(text => text.StartsWith("<lakehouse-context>", StringComparison.Ordinal)).SelectMany(text => Endorsed(text, role, place)).Distinct().Except(refused).Take(count)];
        var usable = found.Where(worker => worker["status"]?.ToString() == "active" && worker["role"]!.ToString() == role).ToList();
        return (known.Length == count, found.Count) switch
        {
            (true, 0) => Calling([.. known.Select(id => ("get_worker", new JsonObject { ["worker_id"] = id }))]),
            (true, _) when usable.Count == count => Proposing(usable),
            _ => Calling(("search_workers", new() { ["role"] = role, ["city"] = job.Groups["city"].Value, ["state"] = job.Groups["state"].Value, ["count"] = count, ["exclude"] = new JsonArray([.. refused.Select(id => JsonValue.Create(id))]) })),
        };
    }

    private static IEnumerable<string> Endorsed(string context, string role, string place) =>
        context.Split("</item>").Where(item => item.Contains($"fill: {role} x", StringComparison.Ordinal) && item.Contains($" in {place}", StringComparison.Ordinal))
            .SelectMany(item => Ids(item[(item.IndexOf("Endorsed:", StringComparison.Ordinal) is var at and >= 0 ? at : item.Length)..]));

    private static IEnumerable<string> Ids(string text) => WorkerId().Matches(text).Select(match => match.Value);

    private static JsonObject Proposing(IReadOnlyList<JsonNode> workers) =>
        Saying(new() { ["fills"] = new JsonArray([.. workers.Select(worker => new JsonObject { ["worker_id"] = worker["worker_id"]!.ToString(), ["name"] = worker["name"]!.ToString() })]) });

    private static JsonObject Saying(JsonObject artifact) => new() { ["role"] = "assistant", ["content"] = artifact.ToJsonString() };

    private static JsonObject Calling(params (string Tool, JsonObject Arguments)[] calls) => new()
    {
        ["role"] = "assistant", ["content"] = "",
        ["tool_calls"] = new JsonArray([.. calls.Select(call => new JsonObject { ["function"] = new JsonObject { ["name"] = $"lakehouse_{call.Tool}", ["arguments"] = call.Arguments } })]),
    };

    private static bool Of(JsonObject message, string role) => message["role"]!.ToString() == role;

    private static int Tokens(JsonNode said) => (Encoding.UTF8.GetByteCount(said.ToJsonString()) + BytesPerToken - 1) / BytesPerToken;

    [GeneratedRegex(@"^Fill (?<count>\d+) x (?<role>[^,]+) in (?<city>[^,]+), (?<state>[A-Z]{2})\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Job();

    [GeneratedRegex(@"W-\d+")]
    private static partial Regex WorkerId();
}
