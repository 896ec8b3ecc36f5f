using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Lakehouse.Gateway.Tools;

/// <summary>A tool's JSON schema, ready to check arguments.</summary>
internal sealed class ToolSchema(JsonObject schema)
{
    private readonly Lazy<Task<JsonSchema>> _schema = new(() => JsonSchema.FromJsonAsync(schema.ToJsonString()));

    /// <returns>What is wrong, the first fault of all; null = nothing.</returns>
    public async Task<ToolFault?> CheckAsync(JsonObject arguments)
    {
        ICollection<ValidationError> faults;
        try
        {
            faults = (await _schema.Value).Validate(arguments.ToJsonString());
        }
        catch (Exception problem) when (problem is Newtonsoft.Json.JsonException or InvalidCastException or OverflowException)
        {
            // a number that no type holds, or more than 64 levels
            return new("arguments", "arguments is JSON that cannot be taken; accepted are numbers of 64 bits and at most 64 levels.");
        }

        return faults.Select(Deepest).Select(fault => new ToolFault(PathOf(fault), Say(fault))).FirstOrDefault();
    }

    // anyOf and its like wrap what is wrong with each choice: the first choice says enough
    private static ValidationError Deepest(ValidationError fault)
    {
        while (fault is ChildSchemaValidationError { Errors: var choices } && choices.Values.SelectMany(errors => errors).FirstOrDefault() is { } inner)
        {
            fault = inner;
        }

        return fault;
    }

    // NJsonSchema says #/a.b[0]
    private static string PathOf(ValidationError fault)
    {
        var path = (fault.Path ?? "").TrimStart('#', '/');
        return path.Length == 0 ? "arguments" : $"arguments.{path}";
    }

    private static string Say(ValidationError fault)
    {
        var path = PathOf(fault);
        var what = fault.Kind switch
        {
            ValidationErrorKind.PropertyRequired => "is missing",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not known",
            _ => $"is {Value(fault)}",
        };
        return $"{path} {what}; accepted is {Accepted(fault)}.";
    }

    private static string Value(ValidationError fault)
    {
        var text = fault.Token?.ToString(Newtonsoft.Json.Formatting.None) ?? "not valid";
        return text.Length <= 80 ? text : text[..80] + "…";
    }

    private static string Accepted(ValidationError fault)
    {
        var schema = fault.Schema;
        return fault.Kind switch
        {
            ValidationErrorKind.PropertyRequired => "a value there",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => schema.ActualProperties.Count == 0 ? "no field at all" : string.Join(", ", schema.ActualProperties.Keys),
            ValidationErrorKind.NotInEnumeration => string.Join(", ", schema.Enumeration),
            ValidationErrorKind.NumberTooSmall or ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig => $"{schema.Minimum?.ToString() ?? "any"} to {schema.Maximum?.ToString() ?? "any"}",
            ValidationErrorKind.StringTooShort or ValidationErrorKind.StringTooLong => $"a text of {schema.MinLength ?? 0} to {schema.MaxLength?.ToString() ?? "any"} characters",
            ValidationErrorKind.TooFewItems or ValidationErrorKind.TooManyItems => $"a list of {schema.MinItems} to {(schema.MaxItems > 0 ? schema.MaxItems : "any")}",
            ValidationErrorKind.PatternMismatch => $"a text that matches {schema.Pattern}",
            _ => fault.Kind.ToString().Replace("Expected", "", StringComparison.Ordinal).ToLowerInvariant(),
        };
    }
}

/// <param name="Path">Such as <c>arguments.limit</c>.</param>
internal sealed record ToolFault(string Path, string Message);
