using System.Diagnostics;

namespace Lakehouse.Testing;

/// <param name="ParentId">Empty for the root of a trace.</param>
/// <param name="Attributes">Values are string, bool, long or double; an array is an <c>object?[]</c>.</param>
/// <param name="Service">The resource's <c>service.name</c>.</param>
public sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    ActivityKind Kind,
    DateTimeOffset Start,
    DateTimeOffset End,
    ActivityStatusCode Status,
    string StatusMessage,
    IReadOnlyDictionary<string, object?> Attributes,
    string Service,
    string Scope)
{
    public object? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}
