using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Tests.Sessions;

public sealed class HistoryFitTests
{
    // a turn as a vendor gives it: what the user says, perhaps a round of tools, an answer
    private static readonly Gen<int[]> GenTurn = Gen.Int[0, 60].Array[2, 5];

    private static readonly Gen<(JsonObject[] History, JsonObject[] New)> GenProper =
        Gen.Select(GenTurn.Array[0, 8], Gen.Bool, Gen.Int[0, 40], Gen.Int[0, 3]).Select((turns, endsOpen, ask, instructions) =>
        {
            var history = new List<JsonObject>();
            for (var index = 0; index < turns.Length; index++)
            {
                if (index % 3 == 0 && index / 3 < instructions)
                {
                    history.Add(Says("system", $"rule {index}"));
                }

                history.Add(Says("user", Text(index, turns[index][0])));
                if (turns[index].Length > 2)
                {
                    var results = turns[index][2..];
                    history.Add(CallsFor([.. results.Select((_, call) => $"t{index}c{call}")]));
                    history.AddRange(results.Select((size, call) => Result($"t{index}c{call}", Text(index, size * 4))));
                }

                history.Add(Says("assistant", Text(index, turns[index][1])));
            }

            if (!endsOpen)
            {
                return (history.ToArray(), new[] { Says("user", Text(99, ask)) });
            }

            history.Add(Says("user", "open"));
            history.Add(CallsFor("o1", "o2"));
            return ([.. history], [Result("o1", Text(98, ask)), Result("o2", "x")]);
        });

    // what two writers and hand-made appends can leave: anything after anything, ids reused
    private static readonly Gen<JsonObject[]> GenMessy = Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[1, 3]).Select((kind, one, two) => kind switch
    {
        0 => Says("system", $"rule {one}"),
        1 => Says("user", $"u{one}"),
        2 => Says("assistant", $"a{two}"),
        3 => CallsFor(one == two ? [$"c{one}"] : [$"c{one}", $"c{two}"]),
        _ => Result($"c{one}", $"r{two}"),
    }).Array[0, 14];

    [Fact]
    public void Result_fits_or_only_what_must_stay_is_left() => Gen.Select(GenProper, Gen.Int[0, 3000]).Sample((conversation, budget) =>
    {
        var (history, added) = conversation;
        var fitted = HistoryFit.Fit(history, added, budget);
        var left = fitted.Messages.Take(fitted.HistoryCount).ToList();
        var open = added[0]["role"]!.ToString() == "tool";
        return fitted.Messages.Sum(MessageSize.Bound) <= budget
            || left.All(message => IsSystem(message) || (open && (message["content"]?.ToString() == "open" || message["tool_calls"]?[0]!["id"]!.ToString() == "o1")));
    });

    [Fact]
    public void Nothing_is_left_out_that_fits() => GenProper.Sample(conversation =>
    {
        var (history, added) = conversation;
        var fitted = HistoryFit.Fit(history, added, history.Concat(added).Sum(MessageSize.Bound));
        return fitted.LeftOut == LeftOut.Nothing && fitted.Messages.SequenceEqual(history.Concat(added));
    });

    [Fact]
    public void New_messages_and_instructions_stay_and_order_is_kept() => Gen.Select(GenProper, Gen.Int[0, 3000]).Sample((conversation, budget) =>
    {
        var (history, added) = conversation;
        var fitted = HistoryFit.Fit(history, added, budget);
        var places = fitted.Messages.Take(fitted.HistoryCount).Select(message => Array.FindIndex(history, before => Same(before, message))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal(places.Distinct().Count(), places.Count);
        Assert.Equal(added, fitted.Messages.Skip(fitted.HistoryCount));
        Assert.Equal(history.Where(IsSystem), fitted.Messages.Where(IsSystem));
    });

    [Fact]
    public void Every_call_has_its_results_right_behind_it() => Gen.Select(GenProper, Gen.Int[0, 3000]).Sample((conversation, budget) =>
        IsPaired(HistoryFit.Fit(conversation.History, conversation.New, budget).Messages));

    [Fact]
    public void Messy_history_comes_out_paired() => Gen.Select(GenMessy, Gen.Int[0, 1000]).Sample((history, budget) =>
        IsPaired(HistoryFit.Fit(history, [Says("user", "next")], budget).Messages));

    [Fact]
    public void Fitting_again_changes_nothing() => Gen.Select(GenProper, GenMessy, Gen.Bool, Gen.Int[0, 3000]).Sample((proper, messy, isMessy, budget) =>
    {
        var (history, added) = isMessy ? (messy, [Says("user", "next")]) : proper;
        var once = HistoryFit.Fit(history, added, budget);
        var twice = HistoryFit.Fit([.. once.Messages.Take(once.HistoryCount)], added, budget);
        return twice.LeftOut == LeftOut.Nothing && once.Messages.SequenceEqual(twice.Messages);
    });

    [Fact]
    public void What_was_left_out_adds_up() => Gen.Select(GenProper, Gen.Int[0, 3000]).Sample((conversation, budget) =>
    {
        var (history, added) = conversation;
        var fitted = HistoryFit.Fit(history, added, budget);
        return fitted.LeftOut.DroppedMessages == history.Length - fitted.HistoryCount
            && fitted.LeftOut.ShortenedToolResults == fitted.Messages.Take(fitted.HistoryCount).Count(message => message["content"]?.ToString() == HistoryFit.Note)
            && fitted.LeftOut.DroppedTokens == history.Sum(MessageSize.Bound) - fitted.Messages.Take(fitted.HistoryCount).Sum(MessageSize.Bound);
    });

    [Fact]
    public void Oldest_tool_result_goes_before_any_turn()
    {
        JsonObject[] history =
        [
            Says("user", "first"), CallsFor("a"), Result("a", new string('x', 500)), Says("assistant", "so"),
            Says("user", "second"), CallsFor("b"), Result("b", new string('y', 500)), Says("assistant", "and so"),
        ];
        JsonObject[] added = [Says("user", "third")];
        var all = history.Concat(added).Sum(MessageSize.Bound);

        var fitted = HistoryFit.Fit(history, added, all - 100);

        Assert.Equal(new LeftOut(0, 1, 500 - HistoryFit.Note.Length), fitted.LeftOut);
        Assert.Equal(HistoryFit.Note, fitted.Messages[2]["content"]!.ToString());
        Assert.Equal("a", fitted.Messages[2]["tool_call_id"]!.ToString());
        Assert.Equal(new string('y', 500), fitted.Messages[6]["content"]!.ToString());
        Assert.Equal(500, history[2]["content"]!.ToString().Length);
    }

    [Fact]
    public void Result_that_another_writer_came_before_goes_back_to_its_call()
    {
        JsonObject[] history = [Says("user", "A"), CallsFor("a"), Says("user", "B"), Says("assistant", "b"), Result("a", "1"), Says("assistant", "done")];

        var stored = HistoryFit.Fit(history, [Says("user", "next")], 10_000);
        var open = HistoryFit.Fit(history[..4], [Result("a", "1")], 10_000);

        Assert.Equal(["A", "call", "1", "B", "b", "done", "next"], stored.Messages.Select(Label));
        Assert.Equal(["B", "b", "A", "call", "1"], open.Messages.Select(Label));
        Assert.Equal((LeftOut.Nothing, LeftOut.Nothing), (stored.LeftOut, open.LeftOut));
    }

    [Fact]
    public void Call_that_nobody_answered_and_result_without_call_are_left_out()
    {
        var fitted = HistoryFit.Fit([Says("user", "A"), CallsFor("a", "b"), Result("a", "1"), Says("user", "B"), Result("z", "9")], [Says("user", "next")], 10_000);

        Assert.Equal(["A", "B", "next"], fitted.Messages.Select(Label));
        Assert.Equal(3, fitted.LeftOut.DroppedMessages);
    }

    [Fact]
    public void Instructions_that_come_with_every_turn_are_kept_once()
    {
        JsonObject[] history = [Says("system", "Be brief."), Says("user", "A"), Says("assistant", "a"), Says("system", "Be brief."), Says("user", "B"), Says("assistant", "b")];

        Assert.Equal(["Be brief.", "A", "a", "B", "b", "next"], HistoryFit.Fit(history, [Says("user", "next")], 10_000).Messages.Select(Label));
        Assert.Equal(["A", "a", "B", "b", "Be brief.", "next"], HistoryFit.Fit(history, [Says("system", "Be brief."), Says("user", "next")], 10_000).Messages.Select(Label));
    }

    private static bool IsPaired(IReadOnlyList<JsonObject> messages)
    {
        var waiting = new HashSet<string>();
        foreach (var message in messages)
        {
            if (message["role"]!.ToString() == "tool")
            {
                if (!waiting.Remove(message["tool_call_id"]!.ToString()))
                {
                    return false;
                }

                continue;
            }

            if (waiting.Count > 0)
            {
                return false;
            }

            waiting.UnionWith((message["tool_calls"] as JsonArray ?? []).Select(call => call!["id"]!.ToString()));
        }

        return waiting.Count == 0;
    }

    private static bool Same(JsonObject before, JsonObject after) => JsonNode.DeepEquals(before, after)
        || (after["content"]?.ToString() == HistoryFit.Note && before["tool_call_id"]?.ToString() == after["tool_call_id"]!.ToString());

    private static bool IsSystem(JsonObject message) => message["role"]!.ToString() == "system";

    private static string Label(JsonObject message) => message["content"]?.ToString() ?? "call";

    private static string Text(int turn, int size) => $"{turn}:{new string('x', size)}";

    private static JsonObject Says(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static JsonObject Result(string id, string content) => new() { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = content };

    private static JsonObject CallsFor(params string[] ids) => new()
    {
        ["role"] = "assistant", ["content"] = null,
        ["tool_calls"] = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = "{}" } })]),
    };
}
