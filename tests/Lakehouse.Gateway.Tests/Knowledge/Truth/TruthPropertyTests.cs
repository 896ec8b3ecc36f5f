using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Knowledge.Truth;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

public sealed class TruthPropertyTests
{
    private static readonly Gen<string> Noise = Gen.String[Gen.Char["ab1_ .;'\"(\n\tÄ"], 0, 12];
    private static readonly Gen<string> Edge = OneOf(" ", ";", "(", "\n", "'", "-- x\n");

    // each letter in any case, with comments anywhere between
    private static readonly Gen<string> Hidden = Gen.Select(Gen.Bool.Array[4], OneOf("", "", "/**/", "/* a */", "/* /* b */ */").Array[3])
        .Select((upper, between) => string.Concat("drop".Select((letter, at) => (upper[at] ? char.ToUpperInvariant(letter) : letter) + (at < 3 ? between[at] : ""))));

    private static readonly Gen<string> Around = Gen.String[Gen.Char["1_ .;(\n\tÄ"], 0, 12];

    [Fact]
    public void Word_is_found_however_it_is_written_where_it_stands_alone() =>
        Gen.Select(Noise, Edge, Hidden, Edge, Noise)
            .Sample((before, open, word, close, after) => Words.Contain($"{before}{open}{word}{close}{after}", "DROP", wholeWords: true), iter: 2_000);

    [Fact]
    public void Word_that_is_part_of_another_is_not_found() =>
        Gen.Select(Gen.Char["abc1_Ä"], OneOf("drop", "DROP", "Drop"), Noise.Where(text => !text.Contains("drop", StringComparison.OrdinalIgnoreCase)))
            .Sample((letter, word, rest) => !Words.Contain($"{rest} {letter}{word}; {word}{letter} {rest}", "DROP", wholeWords: true), iter: 2_000);

    [Fact]
    public void Nothing_of_what_is_redacted_stays_in_a_message_and_again_changes_nothing() =>
        Gen.Select(Gen.String[Gen.Char["abA-\""], 4, 8], Around, Around, OneOf("***", "[redacted]", "ab", "a-a"))
            .Sample((secret, before, after, replacement) =>
            {
                var action = new TruthAction(TruthActionKind.Redact, null, [FieldPath.Of("worker.ssn")], [], replacement);
                var redaction = TruthRedaction.Of([action], new() { ["worker"] = new JsonObject { ["ssn"] = secret, ["note"] = before + secret } })!;
                var message = new JsonObject
                {
                    ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = $"{before}{secret}{after}" }),
                    ["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["arguments"] = new JsonObject { ["a"] = secret.ToUpperInvariant() + after }.ToJsonString() } }),
                };

                var clean = redaction.Of(message);

                var arguments = JsonNode.Parse(clean["tool_calls"]![0]!["function"]!["arguments"]!.ToString())!["a"]!.ToString();
                Assert.StartsWith(before, clean["content"]![0]!["text"]!.ToString(), StringComparison.Ordinal);
                Assert.EndsWith(after, arguments, StringComparison.Ordinal);
                Assert.Equal(clean.ToJsonString(), redaction.Of(clean).ToJsonString());
                Assert.NotEqual(secret, redaction.Context["worker"]!["ssn"]!.ToString());
            }, iter: 1_000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
