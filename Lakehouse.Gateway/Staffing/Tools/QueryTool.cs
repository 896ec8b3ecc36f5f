using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>A tool that is one question to the tables, with the caller's arguments bound to it.</summary>
internal sealed class QueryTool(StaffingRows rows, StaffingQuestion question) : ITool
{
    private const int UsualRows = 20;

    public string Name => question.Name;

    public string Description => question.Description;

    public string Category => "staffing";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(question.Arguments.Append(new("limit", Argument.Count, $"Rows, {UsualRows} where it is absent")).Select(argument => KeyValuePair.Create(argument.Name, (JsonNode?)argument.Schema()))),
        ["additionalProperties"] = false,
    };

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var bound = new DynamicParameters();
        foreach (var argument in question.Arguments)
        {
            bound.Add(argument.Name, Value(arguments, argument));
        }

        var (found, more) = await rows.ReadAsync(question.Tables, question.Sql, bound, Arguments.Number(arguments, "limit") ?? UsualRows, cancellationToken);
        return new JsonObject { [question.Rows] = new JsonArray([.. found]), ["more"] = more };
    }

    private static object? Value(JsonObject arguments, Argument argument) => argument.Kind switch
    {
        Argument.Texts => Arguments.Texts(arguments, argument.Name),
        Argument.Count => Arguments.Number(arguments, argument.Name),
        Argument.Day => Day(arguments, argument.Name),
        _ => Arguments.Text(arguments, argument.Name),
    };

    private static DateTime? Day(JsonObject arguments, string name) => Arguments.Text(arguments, name) switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day.ToDateTime(TimeOnly.MinValue),
        var text => throw ApiError.BadInput($"arguments.{name}", $"arguments.{name} is '{text}'; accepted is a day such as 2026-04-22."),
    };
}

/// <param name="Rows">What the list in the answer is called.</param>
/// <param name="Tables">Those that it says nothing without.</param>
/// <param name="Sql">In order, without a limit.</param>
internal sealed record StaffingQuestion(string Name, string Rows, string Description, string[] Tables, Argument[] Arguments, string Sql);

internal sealed record Argument(string Name, string Kind, string Description)
{
    public const string Text = "text";
    public const string Texts = "texts";
    public const string Count = "count";
    public const string Day = "day";

    public JsonObject Schema()
    {
        var schema = Kind switch
        {
            Count => new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 100 },
            Texts => new JsonObject { ["type"] = "array", ["maxItems"] = 20, ["items"] = OneText() },
            Day => new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{4}-\d{2}-\d{2}$" },
            _ => OneText(),
        };
        schema["description"] = Description;
        return schema;
    }

    private static JsonObject OneText() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 100, ["pattern"] = @"^[^\u0000]+$" };
}
