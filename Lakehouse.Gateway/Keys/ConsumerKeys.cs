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

    /// <returns>The consumer's name.</returns>
    /// <exception cref="ApiError">401: no key where one is needed, or a wrong one.</exception>
    public string Admit(HttpContext context)
    {
        if (Presented(context.Request) is not { } key)
        {
            var address = context.Connection.RemoteIpAddress;
            return _keylessLoopback && (address is null || IPAddress.IsLoopback(address))
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

    private static string? Presented(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0 ? null : header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : header;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
