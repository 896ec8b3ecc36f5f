using Lakehouse.Gateway.Providers.Ollama;

namespace Lakehouse.Gateway.Providers;

internal static class ProviderExtensions
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static void AddProviders(this IHostApplicationBuilder builder)
    {
        var file = builder.Configuration["Providers:File"] ?? Path.Combine(AppContext.BaseDirectory, "config", "providers.toml");
        builder.Services.AddSingleton(new ProviderCatalog(new ProvidersFile(file, builder.Configuration).Read(ProviderCatalog.Known)));
        builder.Services.AddSingleton<IModelProvider, OllamaProvider>();
        // limits are CallClock's: per phase, not per request
        builder.Services.AddHttpClient(OllamaProvider.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    }
}
