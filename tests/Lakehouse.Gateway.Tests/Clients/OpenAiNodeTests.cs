using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>npm's <c>openai</c>, unchanged.</summary>
public sealed class OpenAiNodeTests(OpenAiNodeTests.Run run) : IClassFixture<OpenAiNodeTests.Run>
{
    private static readonly string[] WithEveryVendor =
    [
        "chat", "stream", "stream without usage", "stream put together", "tool", "tools", "tools streamed", "image", "schema", "thinking", "thinking streamed", "broken stream",
        "no such model", "refused by the vendor", "vendor down",
    ];

    private static readonly string[] Once =
    [
        "bad field", "wrong key", "budget spent", "retry flaky", "retry busy", "models", "embeddings openai as it likes", "embeddings openai float",
        "embeddings ollama as it likes", "embeddings ollama float", "embeddings gemini as it likes", "embeddings gemini float",
    ];

    public static TheoryData<string> Checks => [.. WithEveryVendor.SelectMany(check => ClientHouse.Vendors.Select(vendor => $"{check} {vendor.Data}")), .. Once];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Client_works_unchanged(string check) => run.Passed(check);

    [Fact]
    public void Every_check_is_listed_here() => Assert.Equal(Checks.Select(row => row.Data).Order(), run.Checks.Order());

    [Theory]
    [MemberData(nameof(ClientHouse.Vendors), MemberType = typeof(ClientHouse))]
    public void What_it_says_reaches_the_vendor_in_its_own_words(string vendor)
    {
        Reached.Image(run.House, vendor);
        Reached.Schema(run.House, vendor);
        Reached.Results(run.House, vendor);
    }

    public sealed class Run(TestPostgres postgres) : NodeRun(postgres, "openai.mjs");
}
