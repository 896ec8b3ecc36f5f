using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Ingest;

/// <summary>
/// Turns what a sender wrote into an event. Lenient about what may be missing, strict about what is there: a wrong type
/// is refused with the field's name, an unknown field is kept in <c>data</c>.
/// </summary>
internal static class EventReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "event_id", "source", "endpoint", "ok", "success", "at", "duration_ms", "outcome", "reason", "cycle_id", "gap_id",
        "gap_text", "pr_url", "trace_id", "model", "prompt_tokens", "completion_tokens", "cost_nano_usd", "data",
    };

    /// <returns>The event, or null and why not.</returns>
    public static ObserverEvent? Read(ReadOnlyMemory<byte> json, TimeProvider time, out IDictionary<string, string[]> errors)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (JsonException problem)
        {
            errors = Single("body", $"is not JSON: {problem.Message}");
            return null;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors = Single("body", $"is a JSON {EventFields.Kind(document.RootElement)}; accepted is an object.");
                return null;
            }

            if (EventText.FindUnstorable(json.Span) is var (field, problem))
            {
                errors = Single(field.Length == 0 ? "body" : field, problem + ".");
                return null;
            }

            var fields = new EventFields(document.RootElement);
            var read = Read(fields, time);
            errors = fields.Errors;
            return errors.Count == 0 ? read : null;
        }
    }

    private static ObserverEvent Read(EventFields fields, TimeProvider time) => new(
        EventId: fields.Key("event_id") ?? LakehouseId.NewEvent(time),
        Source: fields.Key("source") ?? "unknown",
        Endpoint: fields.RequiredKey("endpoint"),
        Ok: fields.Ok(),
        At: fields.Time("at") ?? time.GetUtcNow(),
        DurationMs: fields.Duration("duration_ms"),
        Outcome: fields.Key("outcome"),
        Reason: fields.Text("reason"),
        CycleId: fields.Key("cycle_id"),
        GapId: fields.Key("gap_id"),
        GapText: fields.Text("gap_text"),
        PrUrl: fields.Text("pr_url"),
        TraceId: fields.Key("trace_id"),
        Model: fields.Key("model"),
        PromptTokens: fields.Count("prompt_tokens"),
        CompletionTokens: fields.Count("completion_tokens"),
        CostNanoUsd: fields.Count("cost_nano_usd"),
        Data: Data(fields));

    private static JsonObject? Data(EventFields fields)
    {
        var data = fields.Object("data");
        foreach (var unknown in fields.All.Where(field => !Known.Contains(field.Name)))
        {
            data ??= [];
            // data.x and a top-level x are two things that the sender said: neither replaces the other
            data.TryAdd(data.ContainsKey(unknown.Name) ? $"event.{unknown.Name}" : unknown.Name, JsonNode.Parse(unknown.Value.GetRawText()));
        }

        if (data?["dry_run"] is { } dryRun && dryRun.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            fields.Refuse("dry_run", $"is {dryRun.ToJsonString()}; accepted are true and false.");
        }

        return data;
    }

    private static Dictionary<string, string[]> Single(string field, string problem) => new(StringComparer.Ordinal) { [field] = [$"{field} {problem}"] };
}
