using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Staffing.Iteration;

namespace Lakehouse.Gateway.Tests.Staffing.Iteration;

public sealed class JsonExtractionTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abä{}\"\\[]:, \n\t漢\u0000"], 0, 8];

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Name.Select(text => (JsonNode?)JsonValue.Create(text)), Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)), Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)), Gen.Const((JsonNode?)null));

    // "😀" and "```" on purpose: what models write around their answers
    private static readonly Gen<string> Prose = Gen.OneOf(
        Gen.Const(""), Gen.Const("Here is the JSON:\n"), Gen.Const("```json\n"), Gen.Const("\n```\nAnything else? 😀"), Gen.Const("} ] \" stray"), Gen.Const("Use { to begin, {} for nothing: "), Gen.Const("<think>é\ud800</think>"));

    [Fact]
    public void Object_is_found_whatever_stands_around_it() => Gen.Select(Objects(3), Prose, Prose, Gen.Bool).Sample((json, before, after, indented) =>
    {
        // the small {} of the prose must be the smaller one
        json["answer"] = true;
        var text = before + json.ToJsonString(new() { WriteIndented = indented }) + after;

        var (found, cutOff) = JsonExtraction.Find(text);

        Assert.False(cutOff);
        Assert.True(JsonNode.DeepEquals(json, found), text);
    }, iter: 2_000);

    [Fact]
    public void Object_that_is_cut_off_is_no_answer_and_its_parts_are_none_either() => Gen.Select(Objects(3), Gen.Int[1, 1_000]).Sample((json, part) =>
    {
        json["answer"] = new JsonObject { ["inner"] = new JsonObject { ["deep"] = 1 } };
        var text = json.ToJsonString();
        var (found, cutOff) = JsonExtraction.Find(text[..(1 + part % (text.Length - 1))]);

        Assert.Null(found);
        Assert.True(cutOff);
    }, iter: 2_000);

    [Fact]
    public void Anything_at_all_is_read_without_a_fault() => Gen.String[Gen.Char["{}[]\":,\\u0dtruefals1-. \nä\ud800\u0000"], 0, 60].Sample(text =>
    {
        var (found, _) = JsonExtraction.Find(text);
        // whatever is found can be written and read by anybody
        Assert.True(found is null || JsonNode.Parse(found.ToJsonString()) is JsonObject);
    }, iter: 20_000);

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("```json\n{\"a\":1}\n```", """{"a":1}""")]
    [InlineData("```\n{\"a\":1}\n``` and that is all {", """{"a":1}""")]
    [InlineData("""For example {"x":1}. The answer: {"a":{"b":[1,2]}} — done.""", """{"a":{"b":[1,2]}}""")]
    [InlineData("""First {"a":1}, no, {"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":"a } in a \" text {"} trailing }""", """{"a":"a } in a \" text {"}""")]
    [InlineData("""{"a":1}{"a":2,"b":3}""", """{"a":2,"b":3}""")]
    [InlineData("""[{"a":1}]""", """{"a":1}""")]
    [InlineData("""{"a":1,"a":2}""", null)]
    [InlineData("""{"a":"\ud800"}""", null)]
    [InlineData("{'a':1}", null)]
    [InlineData("{a:1}", null)]
    [InlineData("""{"a":1,}""", null)]
    [InlineData("I cannot do that.", null)]
    [InlineData("[1,2]", null)]
    [InlineData("", null)]
    public void Known_cases(string text, string? expected)
    {
        var found = JsonExtraction.Find(text).Found;
        Assert.True(JsonNode.DeepEquals(expected is null ? null : JsonNode.Parse(expected), found), found?.ToJsonString());
    }

    [Fact]
    public void Long_nonsense_takes_no_time()
    {
        foreach (var text in new[] { new string('{', 300_000), string.Concat(Enumerable.Repeat("{\"a\":[", 50_000)), string.Concat(Enumerable.Repeat("{\"a\":x", 50_000)), string.Concat(Enumerable.Repeat("{\"a\":{}},", 50_000)) })
        {
            // it ends: were it quadratic, this would be the whole suite's time
            JsonExtraction.Find(text);
        }
    }

    private static Gen<JsonObject> Objects(int depth)
    {
        var value = depth == 0 ? Leaf : Gen.Frequency((3, Leaf), (1, Objects(depth - 1).Select(one => (JsonNode?)one)), (1, Leaf.List[0, 3].Select(list => (JsonNode?)new JsonArray([.. list.Select(one => one?.DeepClone())]))));
        return Gen.Select(Name, value).List[0, 4].Select(fields =>
        {
            var json = new JsonObject();
            foreach (var (name, one) in fields)
            {
                json[name] = one?.DeepClone();
            }

            return json;
        });
    }
}
