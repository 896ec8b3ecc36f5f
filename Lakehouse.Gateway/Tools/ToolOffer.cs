using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Tools;

/// <summary>
/// The tools of one chat request. Texts among its <c>tools</c> ask for tools that the gateway runs: <c>"lakehouse:*"</c> for
/// every one that the caller may call, <c>"lakehouse:usage_report"</c> for one; the model sees them as functions
/// (<c>lakehouse_usage_report</c>) beside the client's own.
/// A turn in which the model calls any tool of the client's ends the loop: the whole turn goes to the client, the gateway has
/// run nothing of it, and the client answers every call (ours by <c>POST /v1/tools/{name}/call</c>, or with a note).
/// </summary>
/// <param name="Tools">OpenAI's tools, ready for a vendor.</param>
/// <param name="ServerRun">What the gateway runs: the function's name → the tool's.</param>
/// <param name="ClientRun">Names of the client's functions.</param>
internal sealed record ToolOffer(JsonArray Tools, FrozenDictionary<string, string> ServerRun, FrozenSet<string> ClientRun)
{
    private const string Scheme = "lakehouse:";
    private const string NamePrefix = "lakehouse_";

    /// <exception cref="ApiError">400 naming what is no tool; 403 a tool that the caller may not call.</exception>
    public static ToolOffer Expand(JsonArray tools, ToolRegistry registry, ToolCaller caller)
    {
        var offered = new Dictionary<string, ITool>(StringComparer.Ordinal);
        var expanded = new JsonArray();
        var client = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < tools.Count; index++)
        {
            if (tools[index] is JsonObject own)
            {
                expanded.Add(own.DeepClone());
                client.UnionWith(NameOf(own));
                continue;
            }

            foreach (var tool in Asked(tools[index], $"tools[{index}]", registry, caller).Where(tool => offered.TryAdd(NamePrefix + tool.Name, tool)))
            {
                expanded.Add(Function(tool));
            }
        }

        return client.FirstOrDefault(offered.ContainsKey) is { } clash
            ? throw ApiError.BadInput("tools", $"tools has a function '{clash}', which is also the name of {Scheme}{offered[clash].Name}; accepted is another name.")
            : new(expanded, offered.ToFrozenDictionary(tool => tool.Key, tool => tool.Value.Name, StringComparer.Ordinal), client.ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>Whether the gateway answers these calls itself. A name that nobody offered is answered too: with a refusal.</summary>
    public bool Answers(JsonArray toolCalls) => ServerRun.Count > 0 && toolCalls.Count > 0 && toolCalls.All(call =>
        call is JsonObject && (call["type"]?.ToString() ?? "function") == "function" && !ClientRun.Contains(call["function"]?["name"]?.ToString() ?? ""));

    private static IEnumerable<ITool> Asked(JsonNode? node, string at, ToolRegistry registry, ToolCaller caller)
    {
        if (node is not JsonValue value || !value.TryGetValue(out string? text) || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw ApiError.BadInput(at, $"{at} is {Shorten(node?.ToJsonString() ?? "null")}; accepted is a tool ({{\"type\": \"function\", …}}), \"{Scheme}*\" or \"{Scheme}NAME\".");
        }

        var name = text[Scheme.Length..];
        if (name == "*")
        {
            return registry.All.Where(caller.MayCall);
        }

        var tool = registry.Find(name)?.Tool
            ?? throw ApiError.BadInput(at, $"{at} is \"{Shorten(text)}\"; accepted are {Scheme}*, {string.Join(", ", registry.All.Select(known => Scheme + known.Name))}.");
        return caller.MayCall(tool) ? [tool] : throw new ApiError(403, "tool_denied", caller.MayUseMemory ? $"The key of {caller.Consumer} may not call {tool.Name}." : $"{tool.Name} may not be called here: neither the key of {caller.Consumer} nor the memory profile of the request lets it.", at);
    }

    private static JsonObject Function(ITool tool) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = NamePrefix + tool.Name, ["description"] = tool.Description, ["parameters"] = tool.Parameters.DeepClone() },
    };

    private static IEnumerable<string> NameOf(JsonObject tool) =>
        (tool["function"] as JsonObject)?["name"] is JsonValue name && name.TryGetValue(out string? text) ? [text] : [];

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
