using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 tests")]
    [InlineData(1, "1 test")]
    [InlineData(2, "2 tests")]
    public void Noun_follows_its_number(long count, string says) => Assert.Equal(says, Counted.Of(count, "test"));
}
