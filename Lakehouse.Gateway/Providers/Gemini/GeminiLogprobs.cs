using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Gemini's <c>logprobsResult</c> as OpenAI's <c>logprobs</c>. Source: https://ai.google.dev/api/generate-content#LogprobsResult.</summary>
internal static class GeminiLogprobs
{
    public static JsonObject? Of(JsonObject candidate)
    {
        if (candidate.Object("logprobsResult") is not { } result)
        {
            return null;
        }

        var tops = result.Objects("topCandidates").ToArray();
        var content = new JsonArray();
        foreach (var chosen in result.Objects("chosenCandidates"))
        {
            var token = Token(chosen);
            var top = content.Count < tops.Length ? tops[content.Count].Objects("candidates") : [];
            token["top_logprobs"] = new JsonArray([.. top.Select(Token)]);
            content.Add((JsonNode)token);
        }

        return new() { ["content"] = content, ["refusal"] = null };
    }

    private static JsonObject Token(JsonObject candidate)
    {
        var text = candidate.Text("token") ?? "";
        return new()
        {
            // a probability of one is a logarithm of zero, and zeros are not sent
            ["token"] = text, ["logprob"] = candidate["logProbability"]?.DeepClone() ?? 0, ["bytes"] = new JsonArray([.. Encoding.UTF8.GetBytes(text).Select(value => JsonValue.Create((int)value))]),
        };
    }
}
