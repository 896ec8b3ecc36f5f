using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Ingest;

public sealed class LeniencyTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"endpoint":"e","ok":true}""", "ok", "true")]
    [InlineData("""{"endpoint":"e","success":true}""", "ok", "true")]
    [InlineData("""{"endpoint":"e","success":false}""", "ok", "false")]
    [InlineData("""{"endpoint":"e","ok":true,"success":true}""", "ok", "true")]
    [InlineData("""{"endpoint":"e","ok":true}""", "duration_ms", "null")]
    [InlineData("""{"endpoint":"e","ok":true,"duration_ms":null}""", "duration_ms", "null")]
    [InlineData("""{"endpoint":"e","ok":true,"duration_ms":12.5}""", "duration_ms", "13")]
    [InlineData("""{"endpoint":"e","ok":true}""", "source", "\"unknown\"")]
    [InlineData("""{"endpoint":"e","ok":true,"source":"Some Thing/2 é"}""", "source", "\"Some Thing/2 é\"")]
    [InlineData("""{"endpoint":"e","ok":true}""", "at", "\"2026-04-22T03:15:00.000Z\"")]
    [InlineData("""{"endpoint":"e","ok":true,"at":"2026-01-02T03:04:05+02:00"}""", "at", "\"2026-01-02T01:04:05.000Z\"")]
    [InlineData("""{"endpoint":"e","ok":true,"at":"2026-01-02T03:04:05"}""", "at", "\"2026-01-02T03:04:05.000Z\"")]
    [InlineData("""{"endpoint":"e","ok":true,"colour":"red","data":{"n":1}}""", "data", """{"n":1,"colour":"red"}""")]
    [InlineData("""{"endpoint":"e","ok":true,"n":2,"data":{"n":1}}""", "data", """{"n":1,"event.n":2}""")]
    [InlineData("""{"endpoint":"e","ok":true,"dry_run":true}""", "data", """{"dry_run":true}""")]
    public async Task Event_that_is_not_complete_is_taken(string json, string field, string expected)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        var reply = await app.AcceptAsync(json);

        Assert.True(reply["accepted"]!.GetValue<bool>());
        Assert.Equal(1, reply["ring_size"]!.GetValue<int>());
        var stored = (await app.GetAsync("/events"))["events"]!.AsArray().Single()!;
        var actual = stored[field];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{field} is {actual?.ToJsonString() ?? "null"}");
    }

    [Theory]
    [InlineData("""{"ok":true}""", "endpoint")]
    [InlineData("""{"endpoint":"","ok":true}""", "endpoint")]
    [InlineData("""{"endpoint":" \t","ok":true}""", "endpoint")]
    [InlineData("""{"endpoint":null,"ok":true}""", "endpoint")]
    [InlineData("""{"endpoint":7,"ok":true}""", "endpoint")]
    [InlineData("""{"endpoint":"e"}""", "ok")]
    [InlineData("""{"endpoint":"e","ok":"yes"}""", "ok")]
    [InlineData("""{"endpoint":"e","success":1}""", "success")]
    [InlineData("""{"endpoint":"e","ok":true,"success":false}""", "ok")]
    [InlineData("""{"endpoint":"e","ok":true,"source":5}""", "source")]
    [InlineData("""{"endpoint":"e","ok":true,"duration_ms":"5"}""", "duration_ms")]
    [InlineData("""{"endpoint":"e","ok":true,"duration_ms":-1}""", "duration_ms")]
    [InlineData("""{"endpoint":"e","ok":true,"at":"yesterday"}""", "at")]
    [InlineData("""{"endpoint":"e","ok":true,"at":1767322645}""", "at")]
    [InlineData("""{"endpoint":"e","ok":true,"prompt_tokens":1.5}""", "prompt_tokens")]
    [InlineData("""{"endpoint":"e","ok":true,"cost_nano_usd":-3}""", "cost_nano_usd")]
    [InlineData("""{"endpoint":"e","ok":true,"data":[1]}""", "data")]
    [InlineData("""{"endpoint":"e","ok":true,"dry_run":"true"}""", "dry_run")]
    [InlineData("""{"endpoint":"e","ok":true,"data":{"dry_run":1}}""", "dry_run")]
    [InlineData("""{"endpoint":"e","ok":true,"ok":false}""", "body")]
    [InlineData("""{"endpoint":"e","ok":true,"reason":"a\u0000b"}""", "reason")]
    [InlineData("""{"endpoint":"e","ok":true,"data":{"x":["\ud800"]}}""", "data")]
    [InlineData("""{"endpoint":"e","ok":true,"n":1e999999}""", "body")]
    [InlineData("""["endpoint"]""", "body")]
    [InlineData("""null""", "body")]
    [InlineData("""{"endpoint":"e",""", "body")]
    [InlineData("""ok""", "body")]
    [InlineData("", "body")]
    public async Task Event_that_is_wrong_is_refused_by_the_name_of_its_field(string json, string field)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.PostAsync(json);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        var problem = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!;
        var errors = problem["errors"]!.AsObject();
        Assert.StartsWith(field, errors[field]?[0]?.GetValue<string>() ?? errors.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0, (await app.GetAsync("/stats"))["total"]!.GetValue<long>());
    }

    [Fact]
    public async Task Event_with_several_faults_names_them_all()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.PostAsync("""{"ok":"yes","at":false,"source":[]}""");

        var errors = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!["errors"]!.AsObject();
        Assert.Equal(["at", "endpoint", "ok", "source"], errors.Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Key_that_is_too_long_is_refused()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.PostAsync($$"""{"endpoint":"e","ok":true,"event_id":"{{new string('x', 201)}}"}""");

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains("201 characters", await reply.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Event_that_is_too_large_is_413_whether_or_not_it_tells_its_length(bool tellsLength)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        var json = $$"""{"endpoint":"e","ok":true,"reason":"{{new string('x', 256 * 1024)}}"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/event") { Content = new StringContent(json) };
        if (!tellsLength)
        {
            request.Content = new StreamContent(new UnknownLength(System.Text.Encoding.UTF8.GetBytes(json)));
        }

        using var reply = await app.Client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        Assert.Equal(0, (await app.GetAsync("/stats"))["total"]!.GetValue<long>());
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
