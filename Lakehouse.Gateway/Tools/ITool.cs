using System.Text.Json.Nodes;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Truth;

namespace Lakehouse.Gateway.Tools;

/// <summary>
/// Something that a caller or a model can have done here. Offered over HTTP, MCP and in chats alike; arguments are checked
/// against the schema and every call is audited before and after, outside of the tool.
/// </summary>
internal interface ITool
{
    /// <summary>Lower case, digits and underscores, at most 54 characters: it is part of a function's name.</summary>
    string Name { get; }

    /// <summary>For a model: what it gives, and when to use it.</summary>
    string Description { get; }

    string Category { get; }

    ToolPermission Permission { get; }

    /// <summary>JSON schema of an object; close it with <c>additionalProperties: false</c>.</summary>
    JsonObject Parameters { get; }

    /// <summary>After this the caller is told that the tool was too slow.</summary>
    TimeSpan Timeout => TimeSpan.FromSeconds(15);

    /// <param name="arguments">Valid by the schema.</param>
    /// <exception cref="Errors.ApiError">A planned refusal; the caller is told its message. Anything else is told to nobody but the log.</exception>
    Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken);
}

internal enum ToolPermission
{
    Read,
    Write,
    Admin,
}

/// <summary>The call that a tool serves.</summary>
/// <param name="Caller">A tool tells it no more than it could read itself.</param>
internal sealed record ToolContext(Caller Caller, string AuditId)
{
    public string Consumer => Caller.Consumer;

    /// <summary>Of the chat that called it.</summary>
    public ChosenProfiles Profiles { get; init; } = ChosenProfiles.None;

    /// <summary>What it is called for; null = nobody said.</summary>
    public TruthTask? Task { get; init; }
}
