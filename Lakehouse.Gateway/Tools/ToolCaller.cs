using System.Text.Json.Nodes;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;

namespace Lakehouse.Gateway.Tools;

/// <summary>Who calls tools, and which it may call.</summary>
/// <param name="TaskClass">What it is for, where the caller said so.</param>
/// <param name="TruthContext">The facts of that task.</param>
internal sealed record ToolCaller(Caller Caller, string? TaskClass = null, JsonObject? TruthContext = null)
{
    private const string MemoryTools = "memory";

    /// <summary>Of the chat that the tools are for.</summary>
    public ChosenProfiles Profiles { get; init; } = ChosenProfiles.None;

    /// <summary>False: its profile keeps a model away from the tools of the memory.</summary>
    public bool MayUseMemory => Profiles.Memory.Tools ?? true;

    public string Consumer => Caller.Consumer;

    public static ToolCaller Of(Caller caller) => new(caller);

    public bool May(string name, ToolPermission permission) => Caller.Scopes.AllowsTool(name, permission.ToString());

    public bool MayCall(ITool tool) => (MayUseMemory || tool.Category != MemoryTools) && May(tool.Name, tool.Permission);
}
