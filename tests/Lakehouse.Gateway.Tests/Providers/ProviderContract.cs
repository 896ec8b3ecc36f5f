using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers;

/// <summary>What every adapter has to do, in its vendor's own words.</summary>
/// <param name="folder">Of the recordings below <c>Stubs/</c>: whole.json, stream, cut, error-in-stream, error400.json, …</param>
/// <param name="extension">Of the recorded streams.</param>
public abstract class ProviderContract(string folder, string extension)
{
    private protected abstract IModelProvider Adapt(UpstreamClient upstream);

    private protected abstract ProviderFailure ErrorInStream { get; }

    [Theory]
    [InlineData(400, "error400", "InvalidRequest")]
    [InlineData(401, "error401", "Auth")]
    [InlineData(429, "error429", "RateLimited")]
    [InlineData(500, "error500", "Unavailable")]
    [InlineData(503, "error503", "Unavailable")]
    [InlineData(529, "error503", "Unavailable")]
    public async Task Refusal_says_what_it_is_without_the_key(int status, string file, string failure)
    {
        await using var driver = await DriveAsync($"{file}.json", status, ("Retry-After", "7"));
        foreach (var stream in new[] { false, true })
        {
            var problem = await driver.FailsAsync(stream);

            Assert.Equal(failure, problem.Failure.ToString());
            Assert.Equal(TimeSpan.FromSeconds(7), problem.RetryAfter);
            Assert.Contains($"answered {status}: ", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(ProviderDriver.Key, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_travels_in_its_header_only()
    {
        await using var driver = await DriveAsync("whole.json");

        await driver.ChatAsync();

        Assert.Equal($"Bearer {ProviderDriver.Key}", driver.Asked.Headers["Authorization"]);
        Assert.DoesNotContain(ProviderDriver.Key, driver.Asked.Body + driver.Asked.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_comes_byte_by_byte_is_the_same_stream()
    {
        await using var whole = await DriveAsync($"stream{extension}");
        await using var pieces = await ProviderDriver.StartAsync(Adapt, Replay.AnswerByteByByte($"{folder}/stream{extension}"));

        var expected = await whole.StreamAsync();
        var read = await pieces.StreamAsync();

        Assert.Equal(expected.Select(Text), read.Select(Text));
        Assert.Contains("😀", read.Text(), StringComparison.Ordinal);
        Assert.Single(read, chunk => chunk.FinishReason is not null);
    }

    [Fact]
    public async Task Error_in_a_stream_is_a_failure_after_what_was_read()
    {
        await using var driver = await DriveAsync($"error-in-stream{extension}");
        var seen = new List<ModelChunk>();

        var problem = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            using var clock = driver.Clock();
            await foreach (var chunk in driver.Adapter.StreamAsync(driver.Adapter.Prepare(driver.Call(stream: true)), clock))
            {
                seen.Add(chunk);
            }
        });

        Assert.Equal(ErrorInStream, problem.Failure);
        Assert.Equal("Hel", seen.Text());
    }

    [Fact]
    public async Task Stream_that_ends_too_early_is_cut()
    {
        await using var driver = await DriveAsync($"cut{extension}");

        Assert.Equal(ProviderFailure.CutStream, (await driver.FailsAsync(stream: true)).Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_that_breaks_cuts_the_reply(bool stream)
    {
        var text = stream ? Replay.Text($"{folder}/cut{extension}") : Replay.Text($"{folder}/whole.json")[..40];
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.Break(text, stream ? $"cut{extension}" : "partial"));

        Assert.Equal(ProviderFailure.CutStream, (await driver.FailsAsync(stream)).Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vendor_that_stays_silent_runs_out_of_time(bool stream)
    {
        var received = new TaskCompletionSource();
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.Hang(received));

        var problem = await driver.FirstByteTimesOutAsync(received.Task, stream);

        Assert.Equal(ProviderFailure.FirstByteTimeout, problem.Failure);
    }

    [Fact]
    public async Task Vendor_that_stops_in_the_middle_runs_out_of_time()
    {
        var stream = Replay.Text($"{folder}/stream{extension}");
        var end = extension == ".sse" ? "\n\n" : "\n";
        var first = stream.Split(end).First(part => part[0] != ':') + end;
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.Hang(text: first, asIf: $"stream{extension}"));

        var (_, problem) = await driver.IdleTimesOutAsync();

        Assert.Equal(ProviderFailure.IdleTimeout, problem.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_of_a_surrogate_pair_is_a_fault_of_the_protocol(bool stream)
    {
        var text = stream
            ? Replay.Text($"{folder}/stream{extension}").Replace("😀", @"\ud83d", StringComparison.Ordinal)
            : Regex.Replace(Replay.Text($"{folder}/whole.json"), @"""content"":\s*""", @"$0\ud83d", RegexOptions.None, TimeSpan.FromSeconds(1));
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(text, stream ? $"stream{extension}" : "whole.json"));

        var problem = await driver.FailsAsync(stream);

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
        Assert.Contains("half of a surrogate pair", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Bad Gateway</html>")]
    [InlineData("data: {\"choices\":[\n\n")]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}\n")]
    [InlineData("[1]\n")]
    [InlineData("data: 7\n\n")]
    public async Task Garbage_is_a_fault_of_the_protocol(string garbage)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(garbage, $"stream{extension}"));

        Assert.Equal(ProviderFailure.Protocol, (await driver.FailsAsync(stream: true)).Failure);
        Assert.Equal(ProviderFailure.Protocol, (await driver.FailsAsync(stream: false)).Failure);
    }

    [Fact]
    public async Task Giant_line_is_a_fault_of_the_protocol()
    {
        var line = (extension == ".sse" ? "data: " : "") + "{\"a\":\"" + new string('x', LineReader.LongestLine) + "\"}\n\n";
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(line, $"stream{extension}"));

        var problem = await driver.FailsAsync(stream: true);

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
        Assert.Contains("more than 4 MiB", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shared_body_stays_as_it_is()
    {
        await using var driver = await DriveAsync("whole.json");
        var body = ProviderDriver.Json("""
            {"model":"x","max_tokens":5,"temperature":0.5,"stop":"END","stream":false,"reasoning_effort":"low",
             "messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
               {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"call_1","type":"function","function":{"name":"sum","arguments":"{}"}}]},
               {"role":"tool","tool_call_id":"call_1","content":"1"}],"tools":[{"type":"function","function":{"name":"sum","parameters":{}}}]}
            """);
        var before = body.ToJsonString();

        await driver.ChatAsync(driver.Call(body, think: true));
        driver.Adapter.Prepare(driver.Call(body, stream: true));

        Assert.Equal(before, body.ToJsonString());
    }

    private protected Task<ProviderDriver> DriveAsync(string file, int status = 200, params (string, string)[] headers) =>
        ProviderDriver.StartAsync(Adapt, Replay.Answer($"{folder}/{file}", status, headers));

    private static string Text(ModelChunk chunk) =>
        $"{chunk.Delta?.ToJsonString()}|{chunk.FinishReason}|{chunk.Model}|{chunk.Usage}|{chunk.Logprobs?.ToJsonString()}|{chunk.Extra?.ToJsonString()}";
}
