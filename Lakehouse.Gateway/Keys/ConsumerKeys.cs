using System.Collections.Frozen;
using System.Net;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Keys;

/// <summary>
/// Says who calls: by a key of the configuration, by a virtual key, or, on loopback in Development without one, the
/// consumer <c>local</c>. That one is no operator: code that a model wrote runs on this machine.
/// </summary>
internal sealed class ConsumerKeys
{
    public const string Section = "Keys";
    private static readonly Caller Keyless = new(ConsumerName.Local, null, KeyScopes.Ordinary);
    private readonly bool _keylessLoopback;
    private readonly FrozenDictionary<KeyHash, Caller> _configured;
    private readonly KeySnapshot _virtual;
    private readonly KeyUse _use;
    private readonly TimeProvider _time;

    public ConsumerKeys(IConfiguration configuration, IHostEnvironment environment, KeySnapshot keys, KeyUse use, TimeProvider time)
    {
        (_virtual, _use, _time) = (keys, use, time);
        _keylessLoopback = environment.IsDevelopment();
        _configured = Configured(configuration);
    }

    /// <summary>Callers of this machine need no key.</summary>
    public bool AdmitsKeyless => _keylessLoopback;

    /// <summary>Consumers that have a key, and the keyless one where it is admitted.</summary>
    public IEnumerable<string> Consumers =>
        _configured.Values.Select(caller => caller.Consumer).Concat(_virtual.Consumers).Concat(_keylessLoopback ? [ConsumerName.Local] : []).Distinct(StringComparer.Ordinal);

    /// <exception cref="ApiError">401: no key where one is needed, or one that is not valid.</exception>
    /// <exception cref="KeysUnavailableException">Nobody can say whether the key is valid.</exception>
    public ValueTask<Caller> AdmitAsync(HttpContext context)
    {
        if (PresentedKey.In(context.Request) is not { } text)
        {
            return _keylessLoopback && IsFromThisMachine(context)
                ? new(Keyless)
                : throw new ApiError(401, "missing_api_key", "No API key; send `Authorization: Bearer KEY`.");
        }

        var hash = KeyHash.Of(text);
        if (_configured.TryGetValue(hash, out var caller))
        {
            return new(caller);
        }

        return _virtual.Find(hash) is { } admission ? new(Admit(admission))
            : KeyText.HasForm(text) ? LookUpAsync(hash, context.RequestAborted)
            : throw NotValid("is not known here" + HowToDoBetter);
    }

    private async ValueTask<Caller> LookUpAsync(KeyHash hash, CancellationToken cancellationToken) =>
        Admit(await _virtual.LookUpAsync(hash, cancellationToken) ?? throw NotValid("is not known here, or was revoked" + HowToDoBetter));

    private Caller Admit(Admission admission)
    {
        var now = _time.GetUtcNow();
        if (admission.Until <= now)
        {
            throw NotValid("has expired");
        }

        _use.Saw(admission.Caller.KeyId!, now);
        return admission.Caller;
    }

    // clients that cannot call without a key are often given any
    private string HowToDoBetter => "; the operator of this gateway makes one with POST /v1/keys" + (_keylessLoopback ? ", and calls from its own machine need none" : "");

    private static ApiError NotValid(string why) => new(401, "invalid_api_key", $"The API key {why}.");

    private static FrozenDictionary<KeyHash, Caller> Configured(IConfiguration configuration)
    {
        var keys = new Dictionary<KeyHash, Caller>();
        foreach (var key in configuration.GetSection(Section).GetChildren().Where(key => !string.IsNullOrWhiteSpace(key.Value)))
        {
            if (!ConsumerName.IsValid(key.Key))
            {
                throw new InvalidOperationException($"{Section}:{key.Key} names no consumer; accepted is a name of {ConsumerName.Accepted}.");
            }

            var caller = new Caller(key.Key, null, key.Key == ConsumerName.Operator ? KeyScopes.Operator : KeyScopes.Ordinary);
            if (!keys.TryAdd(KeyHash.Of(key.Value!), caller))
            {
                throw new InvalidOperationException($"{Section}:{key.Key} is the same key as {Section}:{keys[KeyHash.Of(key.Value!)].Consumer}; accepted is a key for each consumer.");
            }
        }

        return keys.ToFrozenDictionary();
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
}
