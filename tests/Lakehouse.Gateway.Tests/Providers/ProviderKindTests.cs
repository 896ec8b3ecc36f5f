using Lakehouse.Gateway.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lakehouse.Gateway.Tests.Providers;

public sealed class ProviderKindTests
{
    [Fact]
    public void Every_kind_that_a_file_may_name_has_one_adapter_and_no_adapter_is_unnamed()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddProviders();
        // nothing is sent
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        builder.Services.AddSingleton(http);
        using var services = builder.Services.BuildServiceProvider();

        var kinds = services.GetServices<IModelProvider>().Select(adapter => adapter.Kind);

        Assert.Equal(ProviderKinds.All.Order(StringComparer.Ordinal), kinds.Order(StringComparer.Ordinal));
    }
}
