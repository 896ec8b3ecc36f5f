using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Errors;

/// <summary>Reads a request's JSON object, or says what is wrong with it.</summary>
internal static class RequestBody
{
    /// <summary>Bytes. Images travel inside the JSON.</summary>
    public const int Limit = 20 << 20;

    // which of two values of one name holds is anybody's guess, and a budget must not be guessed
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="checksTexts">For whoever does not look at every text himself: half a surrogate pair is refused here.</param>
    public static async Task<JsonObject> ReadAsync(HttpContext context, bool checksTexts = false) => Parse(await BytesAsync(context), checksTexts);

    /// <exception cref="ApiError">400: no JSON object, or half a surrogate pair.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> bytes, bool checksTexts)
    {
        try
        {
            var node = JsonNode.Parse(bytes.Span, documentOptions: Strict);
            if (checksTexts)
            {
                CheckSurrogates(node, bytes.Span);
            }

            return node as JsonObject ?? throw ApiError.BadInput("body", $"The body is {Kind(node)}; accepted is a JSON object.");
        }
        catch (JsonException problem) when (problem.LineNumber is null)
        {
            var name = NameThatIsTwice(bytes.Span);
            throw ApiError.BadInput(name ?? "body", $"{(name is null ? "A field" : $"The field {JsonValue.Create(name).Shortened()}")} stands twice in one object; accepted is each name once.");
        }
        catch (JsonException problem)
        {
            throw ApiError.BadInput("body", $"The body is not JSON (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}); accepted is a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // the parser reads names where they have escapes, to know which stand twice
            throw ApiError.BadInput("body", "A field's name has half of a surrogate pair (\\ud800 to \\udfff alone); accepted is text in whole characters.");
        }
    }

    // the parser refuses it without a place, and cuts the name
    private static string? NameThatIsTwice(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var names = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                names.Push(new(StringComparer.Ordinal));
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                names.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && NameOf(reader) is var name && !names.Peek().Add(name))
            {
                return name;
            }
        }

        return null;
    }

    // with half of a surrogate pair it is no text: as it is written, then
    private static string NameOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    public static async ValueTask<ReadOnlyMemory<byte>> BytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limit)
        {
            throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    // "\ud800" is JSON, but no text: it would come to light only where somebody reads it
    private static void CheckSurrogates(JsonNode? node, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("\\ud"u8) < 0 && bytes.IndexOf("\\uD"u8) < 0)
        {
            return;
        }

        foreach (var (field, value) in node as JsonObject ?? new JsonObject { ["body"] = node?.DeepClone() })
        {
            if (!Values(value).All(IsText))
            {
                throw ApiError.BadInput(field, $"{field} has half of a surrogate pair (\\ud800 to \\udfff alone); accepted is text in whole characters.");
            }
        }
    }

    private static bool IsText(JsonValue value)
    {
        try
        {
            return value.GetValueKind() != JsonValueKind.String || value.GetValue<string>() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static IEnumerable<JsonValue> Values(JsonNode? node) => node switch
    {
        JsonValue value => [value],
        JsonArray list => list.SelectMany(Values),
        JsonObject fields => fields.SelectMany(field => Values(field.Value)),
        _ => [],
    };

    private static string Kind(JsonNode? node) => node is null ? "null" : $"a JSON {node.GetValueKind().ToString().ToLowerInvariant()}";
}
