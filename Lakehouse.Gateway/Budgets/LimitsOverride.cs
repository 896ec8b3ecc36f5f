namespace Lakehouse.Gateway.Budgets;

/// <summary>What an operator set for one consumer.</summary>
/// <param name="Given">Only the limits that were given; null among them = no limit. The others stay the configuration's.</param>
internal sealed record LimitsOverride(string Consumer, IReadOnlyDictionary<string, long?> Given, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public const string Calls = "calls";
    public const string Tokens = "tokens";
    public const string NanoUsd = "nano_usd";
    public const string RequestsPerMinute = "requests_per_minute";
    public const string TokensPerMinute = "tokens_per_minute";
    public static readonly IReadOnlyList<string> Names = [Calls, Tokens, NanoUsd, RequestsPerMinute, TokensPerMinute];

    public ConsumerLimit On(ConsumerLimit configured)
    {
        var caps = configured.Caps;
        return new(
            new(Or(Calls, caps.Calls), Or(Tokens, caps.Tokens), Or(NanoUsd, caps.NanoUsd)),
            Or(RequestsPerMinute, configured.RequestsPerMinute),
            Or(TokensPerMinute, configured.TokensPerMinute));

        long? Or(string name, long? otherwise) => Given.TryGetValue(name, out var number) ? number : otherwise;
    }
}
