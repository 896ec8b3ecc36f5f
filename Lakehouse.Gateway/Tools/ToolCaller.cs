using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Tools;

/// <summary>Who calls tools, and which it may call.</summary>
internal sealed record ToolCaller(Caller Caller)
{
    public string Consumer => Caller.Consumer;

    public static ToolCaller Of(Caller caller) => new(caller);

    public bool May(string name, ToolPermission permission) => Caller.Scopes.AllowsTool(name, permission.ToString());

    public bool MayCall(ITool tool) => May(tool.Name, tool.Permission);
}
