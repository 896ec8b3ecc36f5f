using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary><c>POST /embeddings</c>. Source: https://platform.openai.com/docs/api-reference/embeddings.</summary>
internal static class OpenAiEmbedding
{
    public static byte[] Build(ProviderCall call) => JsonBytes.Of(call, static (writer, call) =>
    {
        writer.WriteStartObject();
        writer.WriteString("model", call.Model);
        writer.WriteString("encoding_format", "float");
        foreach (var (name, value) in call.Body)
        {
            if (name is not ("model" or "encoding_format"))
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }
        }

        writer.WriteEndObject();
    });

    /// <exception cref="ProviderException">An error, or not one vector for each input.</exception>
    public static EmbeddingReply Read(ReadOnlyMemory<byte> reply, ProviderCall call, UpstreamCall upstream, bool bills)
    {
        using var document = EmbeddingJson.Parse(reply, upstream.Vendor);
        var root = document.RootElement;
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            OpenAiError.ThrowIfAny(JsonObject.Create(root)!, upstream);
            throw EmbeddingJson.Wrong(upstream.Vendor, "has no data");
        }

        var vectors = Vectors(data, EmbeddingJson.Inputs(call.Body), upstream.Vendor);
        var usage = root.TryGetProperty("usage", out var counted) && counted.ValueKind == JsonValueKind.Object
            ? OpenAiUsage.Read(JsonObject.Create(counted)!, false, bills) with { CompletionTokens = 0 }
            : ModelUsage.Unknown;
        return new(root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String ? model.GetString()! : call.Model, vectors, usage);
    }

    private static float[][] Vectors(JsonElement data, int inputs, string vendor)
    {
        var vectors = new float[inputs][];
        var position = 0;
        foreach (var item in data.EnumerateArray())
        {
            var index = Index(item) ?? position;
            position++;
            if (index < 0 || index >= inputs || vectors[index] is not null)
            {
                throw EmbeddingJson.Wrong(vendor, $"has a vector with the index {index}, for {inputs} inputs");
            }

            vectors[index] = Vector(item) ?? throw EmbeddingJson.Wrong(vendor, "has a vector that is none");
        }

        return position == inputs ? vectors : throw EmbeddingJson.Wrong(vendor, $"has {position} vectors for {inputs} inputs");
    }

    private static int? Index(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("index", out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number) ? number : null;

    private static float[]? Vector(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("embedding", out var embedding))
        {
            return null;
        }

        // asked for numbers, some servers send base64 all the same
        return embedding.ValueKind == JsonValueKind.String && embedding.TryGetBytesFromBase64(out var bytes) && bytes.Length % sizeof(float) == 0
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : EmbeddingJson.Numbers(embedding);
    }
}
