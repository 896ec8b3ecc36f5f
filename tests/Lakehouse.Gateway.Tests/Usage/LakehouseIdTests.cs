using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Usage;

public sealed class LakehouseIdTests
{
    [Fact]
    public void Ids_are_uuids_of_their_time_that_differ()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0x0192_F000_0000L));

        var ids = Enumerable.Range(0, 3000).Select(_ => LakehouseId.NewRequest(time)).ToList();

        Assert.All(ids, id => Assert.Matches("^req_0192f00000007[0-9a-f]{3}[89ab][0-9a-f]{15}$", id));
        Assert.Equal(ids.Count, ids.Select(id => id[^16..]).Distinct().Count());
    }
}
