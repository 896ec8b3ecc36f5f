using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Chat;

internal static class StreamShapes
{
    /// <returns>The events of one step.</returns>
    public static List<ServerEvent> Step(this IStreamShape stream, ModelChunk chunk)
    {
        var events = new List<ServerEvent>();
        stream.Step(chunk, events);
        return events;
    }
}
