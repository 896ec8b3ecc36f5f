using Lakehouse.AppHost.StartUp;

namespace Lakehouse.AppHost.Tests.StartUp;

public sealed class BlockTests
{
    [Theory]
    [InlineData(false, "Lakehouse is up: its services are healthy in 16.5 s.")]
    [InlineData(true, "Lakehouse is up: its services are healthy in 16.5 s. The Aspire dashboard is still starting; it says when it is healthy.")]
    public void Headline_says_what_is_healthy_and_what_is_not_yet(bool dashboardComes, string says) =>
        Assert.Equal(says, Block.Headline(dashboardComes, TimeSpan.FromSeconds(16.5)));
}
