using System.Buffers;
using System.Text;
using System.Text.Json;
using Xunit.Sdk;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Everything planted is looked for wherever the gateway writes, also in the spellings that it may have taken on the way.</summary>
public sealed class SecretTests(PlantedHouse house) : IClassFixture<PlantedHouse>
{
    private static readonly string[] Failures =
        ["upstream_unreachable", "upstream_protocol", "upstream_cut_stream", "upstream_auth", "upstream_unavailable", "invalid_api_key", "budget_unavailable", "database_unavailable", "keys_unavailable"];

    private IEnumerable<Secret> KeysAndWords => [.. house.Keys, .. Planted.Words];

    [Fact]
    public void No_reply_has_a_key_and_none_repeats_what_a_tool_was_told()
    {
        Nowhere("a reply", house.Replies.Where(reply => !reply.Call.EndsWith("(says back)", StringComparison.Ordinal)).Select(reply => $"{reply.Call}: {reply.Text}"), house.Keys);
    }

    [Fact]
    public void No_log_has_a_key_or_what_was_said()
    {
        Assert.Contains(house.Logs, line => line.StartsWith("Trace ", StringComparison.Ordinal));
        Nowhere("a log", house.Logs, KeysAndWords);
    }

    [Fact]
    public void No_span_and_no_metric_has_a_key_or_what_was_said()
    {
        Assert.Contains(house.Spans, span => span.StartsWith("Lakehouse.Gateway chat midway", StringComparison.Ordinal));
        Assert.Contains(house.Metrics, tags => tags.Contains("midway", StringComparison.Ordinal));
        Nowhere("a span", house.Spans, KeysAndWords);
        Nowhere("a metric", house.Metrics, KeysAndWords);
    }

    [Fact]
    public void No_table_has_a_key_and_only_sessions_and_the_audit_what_was_said()
    {
        Nowhere("a table", Tables(), house.Keys);
        Nowhere("a table", Tables("gateway.session_messages", "gateway.tool_calls"), Planted.Words);
        Nowhere("the audit of tools", [house.Tables["gateway.tool_calls"]], Planted.Words.Where(words => words.Text != Planted.ToolWords));

        IEnumerable<string> Tables(params string[] but) => house.Tables.Where(table => !but.Contains(table.Key, StringComparer.Ordinal)).SelectMany(table => table.Value.Split('\n').Select(row => $"{table.Key}: {row}"));
    }

    [Fact]
    public void Redis_has_no_key_and_nothing_that_was_said() => Nowhere("Redis", house.Redis, KeysAndWords);

    [Fact]
    public void Vendors_get_their_own_key_and_no_other()
    {
        foreach (var (name, key) in Planted.Vendors)
        {
            var asked = house.Asked.Where(request => request.PathAndQuery.StartsWith($"/{name}/", StringComparison.Ordinal)).Select(request => $"{request.PathAndQuery} {string.Join(' ', request.Headers.Values)} {request.Body}").ToList();
            Assert.Contains(asked, request => request.Contains(key, StringComparison.Ordinal) && request.Contains(Planted.Prompt, StringComparison.Ordinal));
            Nowhere($"a request to {name}", asked, house.Keys.Where(secret => secret.Text != key));
        }
    }

    // the looking must be able to find
    [Fact]
    public void What_was_planted_was_there_to_be_found()
    {
        Assert.All(Planted.Vendors.Keys, name => Assert.Contains(house.Replies, reply => reply.Call == $"POST /v1/chat {name}/refused" && reply.Text.Contains("[key]", StringComparison.Ordinal)));
        Assert.Contains("zq7q", house.Tables["gateway.session_messages"], StringComparison.Ordinal);
        Assert.Contains("zq7p", house.Tables["gateway.tool_calls"], StringComparison.Ordinal);
        Assert.Contains(house.Replies, reply => reply.Call.EndsWith("(says back)", StringComparison.Ordinal) && house.Keys.Any(secret => secret.FoundIn(reply.Text) is not null));
        Assert.All(Failures, code => Assert.Contains(house.Replies, reply => reply.Text.Contains(code, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a log line with {0} in it")]
    [InlineData("https://vendor.example/?key={1}&x=1")]
    [InlineData("{\"said\":\"{2}\"}")]
    [InlineData("Basic {3}")]
    [InlineData("Basic {4}")]
    [InlineData("only the start: {5}…")]
    public void Leak_is_found_in_every_spelling(string leak)
    {
        var key = Planted.Vendors["openai"];
        string[] spellings =
        [
            key, Uri.EscapeDataString(key), JsonEncodedText.Encode(key).Value, Convert.ToBase64String(Encoding.UTF8.GetBytes(key)), Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{key}")), key[..12],
        ];
        var text = Enumerable.Range(0, spellings.Length).Aggregate(leak, (said, index) => said.Replace($"{{{index}}}", spellings[index], StringComparison.Ordinal));

        Assert.Throws<FailException>(() => Nowhere("a log", ["nothing here", text], house.Keys));
    }

    internal static void Nowhere(string where, IEnumerable<string> texts, IEnumerable<Secret> secrets)
    {
        var all = secrets.ToList();
        var spellings = SearchValues.Create([.. all.SelectMany(secret => secret.Spellings())], StringComparison.Ordinal);
        var found = texts.Where(text => text.AsSpan().ContainsAny(spellings)).SelectMany(text => all.Select(secret => (secret.Name, Spelling: secret.FoundIn(text), Text: text))).Where(leak => leak.Spelling is not null).ToList();
        if (found.Count > 0)
        {
            Assert.Fail($"{found.Count} leaks into {where}, such as:\n{string.Join('\n', found.DistinctBy(leak => (leak.Name, leak.Text[..Math.Min(40, leak.Text.Length)])).Take(12).Select(leak => $"{leak.Name} as {leak.Spelling} in {leak.Text[..Math.Min(1200, leak.Text.Length)]}"))}");
        }
    }
}
