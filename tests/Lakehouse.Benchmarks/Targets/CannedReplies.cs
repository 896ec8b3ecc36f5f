using System.Globalization;
using System.Text;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>What the upstream answers, in OpenAI's format (https://platform.openai.com/docs/api-reference/chat).</summary>
internal static class CannedReplies
{
    public const string Content = "Lake Baikal in Siberia is the deepest lake in the world: 1642 metres at its deepest point.";
    private const string Usage = """{"prompt_tokens":52,"completion_tokens":20,"total_tokens":72}""";

    public static IReadOnlyList<string> Words { get; } = [.. Enumerable.Range(1, 20).Select(number => string.Create(CultureInfo.InvariantCulture, $"token-{number:D2}"))];

    public static string Buffered { get; } =
        $$"""{"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,"model":"bench-model","choices":[{"index":0,"message":{"role":"assistant","content":"{{Content}}","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{{Usage}},"system_fingerprint":"fp_bench"}""";

    /// <summary>The events of a stream: twenty tokens, the usage, the end.</summary>
    public static IReadOnlyList<string> Streamed { get; } =
    [
        .. Words.Select((word, index) => Event($$"""[{"index":0,"delta":{{{(index == 0 ? "\"role\":\"assistant\"," : "")}}"content":"{{word}} "},"finish_reason":{{(index == Words.Count - 1 ? "\"stop\"" : "null")}}}]""", "null")),
        Event("[]", Usage),
        "data: [DONE]\n\n",
    ];

    private static string Event(string choices, string usage) => new StringBuilder("data: ")
        .Append("""{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench-model","choices":""")
        .Append(choices).Append(",\"usage\":").Append(usage).Append("}\n\n").ToString();
}
