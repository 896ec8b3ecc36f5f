using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Every span that one gateway would export, with all that an exporter sends of it. Other tests' spans may be among them.</summary>
internal sealed class CapturedSpans : BaseProcessor<Activity>
{
    public ConcurrentQueue<string> Texts { get; } = [];

    public override void OnEnd(Activity data) => Texts.Enqueue(string.Join(" | ",
        [
            $"{data.Source.Name} {data.OperationName} {data.DisplayName} {data.Status} {data.StatusDescription} {data.TraceStateString}", Pairs(data.TagObjects),
            .. data.Events.Select(one => $"{one.Name} {Pairs(one.Tags)}"), .. data.Links.Select(link => Pairs(link.Tags ?? [])), .. data.Baggage.Select(item => $"{item.Key}={item.Value}"),
        ]));

    public static string Pairs(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(", ", tags.Select(tag => $"{tag.Key}={(tag.Value is Array list ? string.Join(';', list.Cast<object>()) : tag.Value)}"));
}
