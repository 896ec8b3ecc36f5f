using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>A <c>GenerateContentResponse</c>, whole. Source: https://ai.google.dev/api/generate-content#generatecontentresponse.</summary>
internal static class GeminiReply
{
    public static ModelReply Whole(JsonObject reply, string model, string? apiKey)
    {
        var candidate = Candidate(reply, apiKey) ?? throw new ProviderException(ProviderFailure.Protocol, "Gemini's reply has no candidate.");
        var answer = new GeminiAnswer();
        var message = new JsonObject { ["role"] = "assistant", ["content"] = null };
        foreach (var (name, value) in answer.Read(Parts(candidate)))
        {
            message[name] = value?.DeepClone();
        }

        if (message["content"] is null && !answer.CalledTools)
        {
            message["content"] = "";
        }

        var metadata = new GeminiMetadata();
        metadata.Add(reply, candidate, message.Text("content"));
        if (metadata.Annotations() is { } annotations)
        {
            message["annotations"] = annotations;
        }

        var native = candidate.Text("finishReason") ?? throw new ProviderException(ProviderFailure.CutStream, "Gemini's reply does not say why it ended.");
        return new(
            reply.Text("modelVersion") ?? model, message, GeminiFinish.Of(native, candidate.Text("finishMessage"), answer.CalledTools, apiKey),
            GeminiUsage.Of(reply["usageMetadata"]) ?? ModelUsage.Unknown, GeminiLogprobs.Of(candidate), metadata.Extra(native), UsageSaid: GeminiUsage.Beyond(reply["usageMetadata"]));
    }

    /// <returns>Null where there is none, as in a chunk that only counts tokens.</returns>
    /// <exception cref="ProviderException">The prompt was refused.</exception>
    public static JsonObject? Candidate(JsonObject reply, string? apiKey)
    {
        var candidate = reply.Objects("candidates").FirstOrDefault();
        var feedback = reply.Object("promptFeedback");
        return candidate is null && feedback.Text("blockReason") is { } reason
            ? throw new ProviderException(ProviderFailure.ContentFiltered, Redaction.Clean($"Gemini refused the prompt: {reason}. {feedback.Text("blockReasonMessage")}".TrimEnd(), apiKey))
            : candidate;
    }

    public static IEnumerable<JsonObject> Parts(JsonObject candidate) => candidate.Object("content").Objects("parts");
}
