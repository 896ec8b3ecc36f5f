using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>
/// The npm programs of <c>docs/clients.md</c>, word for word but for the port. Its two C# programs are not run as they stand, because a
/// program of one file restores its packages first: <see cref="OpenAiNetTests"/> and <see cref="AnthropicNetTests"/> make their calls with the same packages.
/// </summary>
[Collection<SharedClientHouse>]
public sealed class ClientsPageTests(ClientHouse house)
{
    [Theory]
    [InlineData("npm `openai`", "claude")]
    [InlineData("npm `@anthropic-ai/sdk`", "openai")]
    public async Task Program_of_the_page_works(string section, string vendor)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Built.Checkout, "docs/clients.md"), TestContext.Current.CancellationToken);
        var program = page.Split($"## {section}\n")[1].Split("```js\n")[1].Split("```")[0];
        Assert.Contains("http://localhost:3100", program, StringComparison.Ordinal);

        await using var node = NodeRun.Start(["--input-type=module", "--eval", program.Replace("http://localhost:3100", house.Url, StringComparison.Ordinal)], new() { ["LAKEHOUSE_KEY"] = ClientHouse.Key });
        var exit = await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ClientHouse.Says(vendor)["text"]!.ToString()), (exit, node.Output));
    }
}
