namespace Lakehouse.Gateway.Tests.Security;

/// <summary>What is planted. None of it looks like any vendor's key, so that nothing but the knowledge of it can take it out; the + is escaped in JSON.</summary>
internal static class Planted
{
    /// <summary>By the provider's name, which is also its kind.</summary>
    public static readonly Dictionary<string, string> Vendors = new(StringComparer.Ordinal)
    {
        ["ollama"] = "zq7a+f3a/9c1e5b2d8f60", ["openai"] = "zq7b+b2c/8d4e6f0a1c37", ["openrouter"] = "zq7c+a6b/2c3d4e5f9b82", ["gemini"] = "zq7d+e8d/7c6b5a4130f9", ["claude"] = "zq7e+f2e/1d0c9b8a75d4",
    };

    public const string BotKey = "zq7f+1c4/e9b3a7d05f28";
    public const string LabKey = "zq7g+8e2/b4d6f1a3c957";
    public const string OperatorKey = "zq7h+5d9/a2c8e4b6f013";
    public const string UnknownKey = "zq7i+3b7/f6d1c9e5a482";
    public const string MalformedKey = "zq7j+0a8/d5f2b7e1c694";

    /// <summary>Of the right form, and never given out.</summary>
    public const string UnknownVirtualKey = "lh_ci_zq7kAbCdEfGhIjKlMnOpQrStUvWxYz0123456789abc";

    public const string DatabasePassword = "zq7l+6f1/c3e8a5d9b270";
    public const string RedisPassword = "zq7m+2d5/b9f4c7e1a836";
    public const string TokenOfTool = "zq7n+9a3/e1d7f5b2c468";

    public const string Prompt = "zq7o what the person asked 4b81";
    public const string ToolWords = "zq7p what a tool was told 7c29";
    public const string Turn = "zq7q what a session keeps 1f53";

    /// <summary>The prefix and the consumer's name are no secret, and neither is the hint.</summary>
    public static Secret Virtual(string name, string key) => new(name, key, Shown: key.Length - 43 + 8);

    public static IEnumerable<Secret> Keys =>
    [
        .. Vendors.Select(vendor => new Secret($"the key of {vendor.Key}", vendor.Value)),
        new("bot's key", BotKey), new("lab's key", LabKey), new("the operator's key", OperatorKey), new("an unknown key", UnknownKey), new("a malformed key", MalformedKey),
        Virtual("an unknown virtual key", UnknownVirtualKey), new("the database's password", DatabasePassword), new("Redis' password", RedisPassword), new("a tool's token", TokenOfTool),
    ];

    public const string PersonName = "Quillon Zebrowitz";
    public const string PersonPhone = "988-555-0173";
    public const string PersonMail = "zeq7quillon@example.com";

    /// <summary>A worker, whom no log, span or metric may name and no vendor of vectors may see.</summary>
    public static readonly Secret[] Person = [new("a worker's name", PersonName), new("a worker's surname", "Zebrowitz"), new("a worker's phone", PersonPhone), new("a worker's address", PersonMail)];

    public static readonly Secret[] Words = [new("the prompt", Prompt), new("words for a tool", ToolWords), new("a session's turn", Turn)];
}
