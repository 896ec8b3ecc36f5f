using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>What is written for other vendors and changes nothing in the answer: marks for a cache (OpenAI keeps its own), signatures, and how
/// a tool's arguments are streamed. OpenAI itself would refuse the whole request.</summary>
internal static class OpenAiForeign
{
    public static bool Is(string name) => name is "cache_control" or "extra_content" or "eager_input_streaming";

    /// <summary>Parts, tool calls or tools, each without them.</summary>
    public static void WriteWithout(Utf8JsonWriter writer, JsonArray items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            if (item is not JsonObject fields || !fields.Any(field => Is(field.Key)))
            {
                JsonBytes.Write(writer, item);
                continue;
            }

            writer.WriteStartObject();
            foreach (var (name, value) in fields.Where(field => !Is(field.Key)))
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
