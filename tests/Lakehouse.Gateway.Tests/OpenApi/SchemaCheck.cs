using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Tests.OpenApi;

/// <summary>
/// Whether JSON is as a schema of the API's description says. Stricter than JSON Schema in one point: a field that the schema
/// does not list is a fault, unless it lists none or says <c>additionalProperties</c>. So a reply cannot outgrow its description.
/// </summary>
internal sealed class SchemaCheck(JsonNode document)
{
    public IReadOnlyList<string> Faults(JsonNode? schema, JsonNode? value) => [.. At("$", schema!, value)];

    private IEnumerable<string> At(string path, JsonNode node, JsonNode? value)
    {
        var schema = Resolve(node);
        if (schema["anyOf"] is JsonArray any)
        {
            var all = any.Select(one => At(path, one!, value).ToList()).ToList();
            return all.Exists(faults => faults.Count == 0) ? [] : all.MinBy(faults => faults.Count)!;
        }

        var kind = Kind(value);
        if (schema["type"] is { } type && !(type is JsonArray types ? types.Select(one => one!.ToString()) : [type.ToString()]).Any(allowed => allowed == kind || (allowed, kind) == ("number", "integer")))
        {
            return [$"{path} is {kind}, not {type.ToJsonString()}"];
        }

        if (schema["enum"] is JsonArray values && !values.Any(one => JsonNode.DeepEquals(one, value)))
        {
            return [$"{path} is {value?.ToJsonString()}, not one of {values.ToJsonString()}"];
        }

        return value switch
        {
            JsonObject body => Fields(path, schema, body),
            JsonArray list when schema["items"] is { } items => list.SelectMany((item, index) => At($"{path}[{index}]", items, item)),
            _ => [],
        };
    }

    private IEnumerable<string> Fields(string path, JsonNode schema, JsonObject body)
    {
        var known = schema["properties"] as JsonObject;
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.ToString()).Where(name => !body.ContainsKey(name)))
        {
            yield return $"{path}.{name} is missing";
        }

        foreach (var (name, value) in body)
        {
            var declared = known?[name] ?? schema["additionalProperties"] as JsonObject;
            if (declared is null && known is not null && schema["additionalProperties"]?.GetValueKind() != JsonValueKind.True)
            {
                yield return $"{path}.{name} is not described";
            }

            foreach (var fault in declared is null ? [] : At($"{path}.{name}", declared, value))
            {
                yield return fault;
            }
        }
    }

    private JsonNode Resolve(JsonNode schema) => schema is JsonObject && schema["$ref"] is { } reference
        ? reference.ToString().Split('/').Skip(1).Aggregate(document, (node, name) => node[name] ?? throw new InvalidOperationException($"{reference} leads nowhere"))
        : schema;

    private static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "number" : "integer",
        _ => "boolean",
    };
}
