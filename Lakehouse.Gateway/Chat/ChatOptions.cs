using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>Section <c>Chat</c>.</summary>
internal sealed class ChatOptions
{
    public const string Section = "Chat";

    /// <summary>Put into requests that have no max_tokens, so that a ceiling is one. Reasoning models answer nothing below 1,500.</summary>
    public int DefaultMaxTokens { get; set; } = 4096;

    public int MostMaxTokens { get; set; } = 32_768;

    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(170);

    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan WholeTimeout { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>For requests that ask for thinking.</summary>
    public TimeSpan ReasoningTimeout { get; set; } = TimeSpan.FromSeconds(600);

    public CallTimeouts Timeouts(bool thinks) => thinks
        ? new(ReasoningTimeout, IdleTimeout, ReasoningTimeout)
        : new(FirstByteTimeout, IdleTimeout, WholeTimeout);

    public IEnumerable<string> Faults()
    {
        if (DefaultMaxTokens < 1 || DefaultMaxTokens > MostMaxTokens)
        {
            yield return $"Chat:DefaultMaxTokens is {DefaultMaxTokens}; accepted is 1 to Chat:MostMaxTokens ({MostMaxTokens}).";
        }

        foreach (var (name, limit) in new[] { (nameof(FirstByteTimeout), FirstByteTimeout), (nameof(IdleTimeout), IdleTimeout), (nameof(WholeTimeout), WholeTimeout), (nameof(ReasoningTimeout), ReasoningTimeout) })
        {
            if (limit <= TimeSpan.Zero || limit > TimeSpan.FromHours(1))
            {
                yield return $"Chat:{name} is {limit}; accepted is more than 0 and at most 01:00:00.";
            }
        }
    }
}
