using System.Net;
using System.Net.Http.Json;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class AccessTests(TestPostgres postgres)
{
    private const string Key = "a-key-of-sixteen-or-more";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, null, HttpStatusCode.Forbidden)]
    [InlineData("http://evil.example", null, null, HttpStatusCode.Forbidden)]
    [InlineData("null", null, null, HttpStatusCode.Forbidden)]
    [InlineData("same", "evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData(null, null, "Bearer wrong-key-of-sixteen", HttpStatusCode.Forbidden)]
    [InlineData("same", null, null, HttpStatusCode.Accepted)]
    [InlineData(null, null, "Bearer " + Key, HttpStatusCode.Accepted)]
    public async Task Enqueue_is_for_our_own_page_or_the_holder_of_the_key(string? origin, string? host, string? authorization, HttpStatusCode status)
    {
        await using var worker = await StartAsync("Development");
        using var request = Request(HttpMethod.Post, "api/cycles", origin == "same" ? worker.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin, host, authorization);
        request.Content = JsonContent.Create(new { depth = "list" });

        using var response = await SendAsync(worker, request);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "api/pause")]
    [InlineData("POST", "api/resume")]
    [InlineData("POST", "api/gaps/000000000000/unpark")]
    [InlineData("POST", "hangfire/recurring/trigger")]
    public async Task Post_of_another_page_is_refused_everywhere(string method, string path)
    {
        await using var worker = await StartAsync("Development");
        using var request = Request(new HttpMethod(method), path, "http://evil.example", host: null, authorization: null);
        request.Content = new FormUrlEncodedContent([new("jobs[]", "bot-cycle")]);

        using var response = await SendAsync(worker, request);

        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.Equal("[]", await worker.Http.GetStringAsync("api/cycles", Cancelled));
    }

    [Theory]
    [InlineData("hangfire")]
    [InlineData("hangfire/bot")]
    [InlineData("api/gaps")]
    [InlineData("api/bot/fragment")]
    [InlineData("pulls/1")]
    public async Task Foreign_host_name_is_refused_for_reads_as_well(string path)
    {
        await using var worker = await StartAsync("Development");
        using var request = Request(HttpMethod.Get, path, origin: null, "evil.example", authorization: null);

        using var response = await SendAsync(worker, request);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized });
    }

    [Theory]
    [InlineData("hangfire", null)]
    [InlineData("hangfire/bot", "Bearer " + Key)]
    [InlineData("api/gaps", null)]
    public async Task Production_closes_the_dashboard_and_asks_the_api_for_the_key(string path, string? authorization)
    {
        await using var worker = await StartAsync("Production");
        using var request = Request(HttpMethod.Get, path, origin: null, host: null, authorization);

        using var response = await SendAsync(worker, request);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized });
    }

    [Fact]
    public async Task Production_accepts_the_key()
    {
        await using var worker = await StartAsync("Production");
        using var request = Request(HttpMethod.Get, "api/gaps", origin: null, "worker.example", "Bearer " + Key);

        using var response = await SendAsync(worker, request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? origin, string? host, string? authorization)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Host = host;
        _ = origin is not null && request.Headers.TryAddWithoutValidation("Origin", origin);
        _ = authorization is not null && request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(WorkerHost worker, HttpRequestMessage request)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        request.RequestUri = new Uri(worker.Http.BaseAddress!, request.RequestUri!);
        return await http.SendAsync(request, Cancelled);
    }

    private async Task<WorkerHost> StartAsync(string environment)
    {
        var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:ApiKey"] = Key;
        return worker.Start(environment);
    }
}
