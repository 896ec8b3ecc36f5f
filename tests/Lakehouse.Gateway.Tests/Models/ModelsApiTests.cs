using System.Net;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Models;

public sealed class ModelsApiTests(TestPostgres postgres)
{
    [Theory]
    [InlineData("ollama/scripted:latest", "ollama/scripted:latest")]
    // as in a chat, and as Ollama itself has it
    [InlineData("ollama/scripted", "ollama/scripted:latest")]
    [InlineData("ollama%2Fscripted", "ollama/scripted:latest")]
    [InlineData("ollama/qwen3", null)]
    public async Task Model_is_found_by_its_id_where_only_the_tag_latest_may_be_left_out(string asked, string? found)
    {
        await using var model = await StubServer.StartAsync(
            (context, _) => context.Response.WriteAsync("""{"models":[{"name":"qwen3:8b"},{"name":"scripted:latest"}]}""", context.RequestAborted), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);

        using var response = await client.GetAsync($"/v1/models/{asked}", TestContext.Current.CancellationToken);

        Assert.Equal(found is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(found, (await response.JsonAsync())["id"]?.ToString());
    }
}
