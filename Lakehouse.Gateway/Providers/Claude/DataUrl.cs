namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>A <c>data:</c> URL, in which OpenAI's shape carries images and files. Source: RFC 2397.</summary>
internal sealed record DataUrl(string MediaType, bool IsBase64, string Data)
{
    public static DataUrl? Parse(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var head = url[5..comma].Split(';', StringSplitOptions.TrimEntries);
        return new(head[0].ToLowerInvariant(), head[^1].Equals("base64", StringComparison.OrdinalIgnoreCase), url[(comma + 1)..]);
    }
}
