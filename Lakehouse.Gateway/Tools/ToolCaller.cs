using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Tools;

/// <summary>Who calls tools, and which.</summary>
/// <param name="May">By a tool's name and what it needs.</param>
internal sealed record ToolCaller(string Consumer, Func<string, ToolPermission, bool> May)
{
    /// <summary>Keys may read. Whoever needs none, on their own machine in Development, is the operator.</summary>
    public static ToolCaller Of(string consumer) => new(consumer, (_, permission) => permission == ToolPermission.Read || consumer == ConsumerKeys.Local);

    public bool MayCall(ITool tool) => May(tool.Name, tool.Permission);
}
