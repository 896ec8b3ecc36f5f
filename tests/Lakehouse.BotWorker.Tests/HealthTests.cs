using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests;

public sealed class HealthTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_of_its_own_is_given_to_each_test()
    {
        var first = await postgres.CreateDatabaseAsync(Cancelled);
        var second = await postgres.CreateDatabaseAsync(Cancelled);

        Assert.NotEqual(first, second);
    }
}
