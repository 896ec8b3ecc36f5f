using System.Runtime.CompilerServices;
using System.Text;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <param name="Name">The <c>event:</c> field; null = none.</param>
/// <param name="Data">The <c>data:</c> lines, joined by newlines.</param>
internal sealed record SseEvent(string? Name, string Data)
{
    /// <summary>Name of what stood in the stream and is no event at all: Gemini ends some streams with a bare JSON error.</summary>
    public const string NotAnEvent = "\u0000";
}

/// <summary>Server-sent events, however the network split them. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal static class SseReader
{
    /// <exception cref="ProviderException">A line or an event is too long.</exception>
    public static async IAsyncEnumerable<SseEvent> ReadAsync(Stream stream, Action sawBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (name, data, stray) = ((string?)null, (StringBuilder?)null, (StringBuilder?)null);
        await foreach (var line in LineReader.ReadAsync(stream, sawBytes, cancellationToken, keepEmpty: true))
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    yield return new(name, data.ToString());
                }

                (name, data) = (null, null);
                continue;
            }

            var (field, value) = Split(line);
            switch (field)
            {
                case "data":
                    data = data is null ? new StringBuilder(value) : data.Append('\n').Append(value);
                    break;
                case "event":
                    name = value;
                    break;
                case "" or "id" or "retry":
                    break;
                default:
                    stray = (stray ?? new StringBuilder()).AppendLine(line);
                    break;
            }

            if (data?.Length > LineReader.LongestLine || stray?.Length > LineReader.LongestLine)
            {
                throw new ProviderException(ProviderFailure.Protocol, $"The model sent an event of more than {LineReader.LongestLine >> 20} MiB.");
            }
        }

        // the specification drops an event without its closing empty line; vendors cut exactly there, and what it says matters
        if (data is not null)
        {
            yield return new(name, data.ToString());
        }

        if (stray is not null)
        {
            yield return new(SseEvent.NotAnEvent, stray.ToString());
        }
    }

    private static (string Field, string Value) Split(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (line, "");
        }

        var start = colon + 1 < line.Length && line[colon + 1] == ' ' ? colon + 2 : colon + 1;
        return (line[..colon], line[start..]);
    }
}
