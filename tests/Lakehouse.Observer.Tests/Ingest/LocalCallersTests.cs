using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Ingest;

public sealed class LocalCallersTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:8080", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost", HttpStatusCode.OK)]
    public async Task Event_from_a_web_page_is_taken_from_the_observers_own_only(string origin, HttpStatusCode expected)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/event")
        {
            Headers = { { "Origin", origin } },
            Content = new StringContent("""{"endpoint":"e","ok":true}"""),
        };

        using var reply = await app.Client.SendAsync(request, Cancelled);

        Assert.Equal(expected, reply.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, (await app.GetAsync("/stats"))["total"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("attacker.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost:3800", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:3800", HttpStatusCode.OK)]
    [InlineData("[::1]:3800", HttpStatusCode.OK)]
    public async Task Observer_answers_to_names_of_this_machine_only(string host, HttpStatusCode expected)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.Host = host;

        using var reply = await app.Client.SendAsync(request, Cancelled);

        Assert.Equal(expected, reply.StatusCode);
    }
}
