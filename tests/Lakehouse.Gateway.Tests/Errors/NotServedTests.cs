using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Errors;

public sealed class NotServedTests(TestPostgres postgres)
{
    [Fact]
    public async Task Path_or_method_that_nothing_answers_is_told_what_there_is()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        (string Method, string Path, string Instead)[] asked =
        [
            ("GET", "/v1/nothing", "see /scalar for what is"), ("GET", "/v1/chat", "this path takes POST"), ("PATCH", "/v1/budgets/bot", "this path takes DELETE, GET, PUT"),
            ("POST", "/v1/models/ollama/scripted", "this path takes GET"), ("GET", "/v1/keys/key_0/rotate", "this path takes POST"), ("GET", "/v1", "see /scalar for what is"),
        ];

        foreach (var (method, path, instead) in asked)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.NotFound, $"{method} {path} is not served here; {instead}."), (response.StatusCode, (await response.JsonAsync())["error"]!["message"]!.ToString()));
        }
    }
}
