using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers;

internal static class ProviderExtensions
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static void AddProviders(this IHostApplicationBuilder builder)
    {
        var file = builder.Configuration["Providers:File"] ?? Path.Combine(AppContext.BaseDirectory, "config", "providers.toml");
        builder.Services.AddSingleton(new ProviderCatalog(new ProvidersFile(file, builder.Configuration).Read(ProviderCatalog.Known)));
        // not from the factory: its defaults retry and log, and the limits here are CallClock's, per phase
        builder.Services.AddSingleton(new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }));
        builder.Services.AddSingleton<UpstreamClient>();
        builder.Services.AddSingleton<ProviderRegistry>();
        builder.Services.AddSingleton<IModelProvider, OllamaProvider>();
        builder.Services.AddSingleton<IModelProvider, OpenAiProvider>();
        builder.Services.AddSingleton<IModelProvider, OpenRouterProvider>();
    }
}
