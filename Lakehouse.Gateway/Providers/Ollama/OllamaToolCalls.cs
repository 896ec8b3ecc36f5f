using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Tool calls of a reply: arguments become a text, and each call gets an id where Ollama gave none.</summary>
internal static class OllamaToolCalls
{
    /// <param name="from">In streams, the index of the first call; null in whole messages.</param>
    public static JsonArray? Of(JsonObject message, int? from)
    {
        if (message["tool_calls"] is not JsonArray { Count: > 0 } calls)
        {
            return null;
        }

        var mapped = new JsonArray();
        foreach (var call in calls)
        {
            var fields = call as JsonObject;
            var function = fields?.Object("function");
            var name = function?.Text("name") ?? throw new ProviderException(ProviderFailure.Protocol, "The model called a tool without naming it.");
            var sent = new JsonObject();
            if (from is { } index)
            {
                sent["index"] = index + mapped.Count;
            }

            sent["id"] = fields!.Text("id") ?? $"call_{Guid.NewGuid():N}";
            sent["type"] = "function";
            sent["function"] = new JsonObject { ["name"] = name, ["arguments"] = function!["arguments"]?.ToJsonString() ?? "{}" };
            mapped.Add((JsonNode)sent);
        }

        return mapped;
    }
}
