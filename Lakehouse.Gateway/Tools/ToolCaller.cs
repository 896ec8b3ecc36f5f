using System.Text.Json.Nodes;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Tools;

/// <summary>Who calls tools, and which.</summary>
/// <param name="May">By a tool's name and what it needs.</param>
/// <param name="TaskClass">What it is for, where the caller said so.</param>
/// <param name="TruthContext">The facts of that task.</param>
internal sealed record ToolCaller(string Consumer, Func<string, ToolPermission, bool> May, string? TaskClass = null, JsonObject? TruthContext = null)
{
    public static ToolCaller Of(Caller caller) => new(caller.Consumer, (name, permission) => caller.Scopes.AllowsTool(name, permission.ToString()));

    public bool MayCall(ITool tool) => May(tool.Name, tool.Permission);
}
