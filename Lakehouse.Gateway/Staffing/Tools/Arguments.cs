using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Arguments that fit a tool's schema; null = not given.</summary>
internal static class Arguments
{
    public static string? Text(JsonObject arguments, string name) => arguments[name]?.ToString();

    public static string[]? Texts(JsonObject arguments, string name) => arguments[name] is JsonArray { Count: > 0 } list ? [.. list.Select(one => one!.ToString())] : null;

    public static int? Number(JsonObject arguments, string name) => arguments[name] is { } number ? (int)number.GetValue<double>() : null;
}
