using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary><c>POST /api/embed</c>. Source: https://docs.ollama.com/api/embed.</summary>
internal static class OllamaEmbedding
{
    public static byte[] Build(ProviderCall call)
    {
        if (call.Body["input"] is JsonArray { Count: > 0 } inputs && inputs.Any(input => input?.GetValueKind() != JsonValueKind.String))
        {
            throw ApiError.BadInput("input", "input is a list of tokens; Ollama accepts a text or a list of texts.");
        }

        return JsonBytes.Of(call, Write);
    }

    /// <exception cref="ProviderException">An error, or not one vector for each input.</exception>
    public static EmbeddingReply Read(ReadOnlyMemory<byte> reply, ProviderCall call, UpstreamCall upstream)
    {
        using var document = EmbeddingJson.Parse(reply, upstream.Vendor);
        var root = document.RootElement;
        if (!root.TryGetProperty("embeddings", out var embeddings) || embeddings.ValueKind != JsonValueKind.Array)
        {
            OllamaReply.Check(JsonObject.Create(root)!, upstream);
            throw EmbeddingJson.Wrong(upstream.Vendor, "has no embeddings");
        }

        float[][] vectors = [.. embeddings.EnumerateArray().Select(vector => EmbeddingJson.Numbers(vector) ?? throw EmbeddingJson.Wrong(upstream.Vendor, "has a vector that is none"))];
        var inputs = EmbeddingJson.Inputs(call.Body);
        if (vectors.Length != inputs)
        {
            throw EmbeddingJson.Wrong(upstream.Vendor, $"has {vectors.Length} vectors for {inputs} inputs");
        }

        var prompt = root.TryGetProperty("prompt_eval_count", out var counted) && counted.ValueKind == JsonValueKind.Number && counted.TryGetInt64(out var count) && count > 0 ? count : (long?)null;
        return new(root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String ? model.GetString()! : call.Model, vectors, new(prompt, 0));
    }

    private static void Write(Utf8JsonWriter writer, ProviderCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("model", call.Model);
        foreach (var (name, value) in call.Body)
        {
            if (name is not ("model" or "encoding_format"))
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }
        }

        if (!call.Body.ContainsKey("truncate"))
        {
            // else Ollama cuts long texts off in silence, where OpenAI refuses them
            writer.WriteBoolean("truncate", false);
        }

        writer.WriteEndObject();
    }
}
