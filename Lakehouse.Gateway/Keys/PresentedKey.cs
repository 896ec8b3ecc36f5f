namespace Lakehouse.Gateway.Keys;

/// <summary>Where clients put a key: OpenAI's and today's Anthropic's as a bearer, Anthropic's older ones in <c>x-api-key</c>.</summary>
internal static class PresentedKey
{
    private const string Scheme = "Bearer ";

    public static string? In(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : header;
        }

        return request.Headers["x-api-key"].ToString() is { Length: > 0 } key ? key : null;
    }
}
