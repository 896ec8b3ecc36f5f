using System.Net;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Keys;

/// <summary>Says who calls: by key, or, on loopback in Development without one, the consumer <c>local</c>.</summary>
internal sealed class ConsumerKeys
{
    public const string Section = "Keys";
    public const string Local = "local";
    private readonly bool _keylessLoopback;
    private readonly (string Consumer, byte[] Hash)[] _keys;

    public ConsumerKeys(IConfiguration configuration, IHostEnvironment environment)
    {
        _keylessLoopback = environment.IsDevelopment();
        _keys = [.. configuration.GetSection(Section).GetChildren().Where(key => !string.IsNullOrWhiteSpace(key.Value)).Select(key => (key.Key, Hash(key.Value!)))];
    }

    public ValueTask<Caller> AdmitAsync(HttpContext context) => ValueTask.FromResult(new Caller(Admit(context), null, KeyScopes.Ordinary));

    /// <returns>The consumer's name.</returns>
    /// <exception cref="ApiError">401: no key where one is needed, or a wrong one.</exception>
    public string Admit(HttpContext context)
    {
        if (Presented(context.Request) is not { } key)
        {
            return _keylessLoopback && IsFromThisMachine(context)
                ? Local
                : throw new ApiError(401, "missing_api_key", "No API key; send `Authorization: Bearer KEY`.");
        }

        var hash = Hash(key);
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
            {
                return known.Consumer;
            }
        }

        throw new ApiError(401, "invalid_api_key", "The API key is not known here.");
    }

    // A web page that a person on this machine has open also comes from loopback: its Origin, or the Host that it was
    // rebound from, gives it away.
    private static bool IsFromThisMachine(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var origin = context.Request.Headers.Origin.ToString();
        return (address is null || IPAddress.IsLoopback(address))
            && IsLoopbackName(context.Request.Host.Host)
            && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsLoopbackName(page.Host)));
    }

    private static bool IsLoopbackName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? Presented(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0 ? null : header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : header;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
