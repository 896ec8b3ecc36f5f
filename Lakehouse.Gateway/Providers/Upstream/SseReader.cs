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
        var (name, data, more, stray) = ((string?)null, (string?)null, (StringBuilder?)null, (StringBuilder?)null);
        await foreach (var line in LineReader.ReadAsync(stream, sawBytes, cancellationToken, keepEmpty: true))
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    yield return new(name, more?.ToString() ?? data);
                }

                (name, data, more) = (null, null, null);
            }
            else if (Value(line, "data") is { } value)
            {
                // nearly every event has one line of data: only a second one needs a builder
                more = data is null ? null : (more ?? new StringBuilder(data)).Append('\n').Append(value);
                data ??= value;
            }
            else if (Value(line, "event") is { } given)
            {
                name = given;
            }
            else if (line[0] != ':' && Value(line, "id") is null && Value(line, "retry") is null)
            {
                stray = (stray ?? new StringBuilder()).AppendLine(line);
            }

            if (more?.Length > LineReader.LongestLine || stray?.Length > LineReader.LongestLine)
            {
                throw new ProviderException(ProviderFailure.Protocol, $"The model sent an event of more than {LineReader.LongestLine >> 20} MiB.");
            }
        }

        // the specification drops an event without its closing empty line; vendors cut exactly there, and what it says matters
        if (data is not null)
        {
            yield return new(name, more?.ToString() ?? data);
        }

        if (stray is not null)
        {
            yield return new(SseEvent.NotAnEvent, stray.ToString());
        }
    }

    /// <returns>The value of the line, if the line is this field.</returns>
    private static string? Value(string line, string field)
    {
        if (!line.StartsWith(field, StringComparison.Ordinal))
        {
            return null;
        }

        if (line.Length == field.Length)
        {
            return "";
        }

        var start = field.Length + 1;
        return line[field.Length] != ':' ? null : line[(start < line.Length && line[start] == ' ' ? start + 1 : start)..];
    }
}
