using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Keys;

/// <summary>Body of <c>POST /v1/keys</c>, checked.</summary>
/// <param name="Limits">Limits of the consumer, as <c>PUT /v1/budgets/{consumer}</c> takes them.</param>
internal sealed record KeyRequest(string Consumer, string Name, KeyScopes Scopes, DateTimeOffset? ExpiresAt, IReadOnlyDictionary<string, long?>? Limits)
{
    private const int MostPatterns = 100;
    private const int MostLength = 200;

    public static KeyRequest Parse(JsonObject body, DateTimeOffset now)
    {
        var fields = new BodyFields(body).Only("consumer", "name", "scopes", "expires_at", "limits");
        var consumer = fields.Text("consumer", $"a name of {ConsumerName.Accepted}", ConsumerName.IsValid);
        if (ConsumerName.IsReserved(consumer))
        {
            throw ApiError.BadInput("consumer", $"consumer is \"{consumer}\"; accepted is any other name: '{ConsumerName.Local}' is whoever calls from this machine without a key, '{ConsumerName.Operator}' has the key of the configuration.");
        }

        return new(
            consumer,
            fields.Text("name", "a text of 1 to 100 characters that says what the key is for", name => name.Length is >= 1 and <= 100 && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl)),
            fields.Object("scopes") is { } scopes ? ParseScopes(scopes) : KeyScopes.Ordinary,
            fields.Time("expires_at", $"a time to come, such as {now.AddDays(90).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, or null for never", time => time > now),
            fields.Object("limits") is { } limits ? LimitsRequest.Parse(limits) : null);
    }

    private static KeyScopes ParseScopes(BodyFields scopes)
    {
        scopes.Only("models", "tools", "admin", "memory");
        return new(
            scopes.Texts("models", "a pattern of provider/model such as ollama/* or claude/claude-sonnet-*", MostPatterns, pattern => IsPattern(pattern) && pattern.AsSpan().ContainsAny('/', '*')),
            scopes.Texts("tools", "a pattern of a tool's name such as playbook_*", MostPatterns, IsPattern),
            scopes.Flag("admin"),
            scopes.Texts("memory", "a pattern of a shared memory scope such as shared:staffing or shared:*", MostPatterns, pattern => IsPattern(pattern) && pattern.StartsWith("shared:", StringComparison.Ordinal)) is { Count: > 0 } shared ? shared : null);
    }

    private static bool IsPattern(string pattern) => pattern.Length is >= 1 and <= MostLength && !pattern.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter));
}
