using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Providers.Gemini;
using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers;

internal static class ProviderExtensions
{
    public static void AddProviders(this IHostApplicationBuilder builder)
    {
        // Not from the factory: its defaults retry and log, and the limits here are CallClock's, per phase. Without a propagator
        // no vendor learns our trace ids, and an attempt has one span of its own instead of two that say the same.
        builder.Services.AddSingleton(services => new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = new Dialer(services.GetRequiredService<ConfigStore>(), services.GetRequiredService<TimeProvider>()).ConnectAsync,
            ActivityHeadersPropagator = null, MeterFactory = new UnheardMeters(), AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }));
        builder.Services.AddSingleton<UpstreamClient>();
        builder.Services.AddSingleton<ProviderRegistry>();
        builder.Services.AddSingleton<IModelProvider, OllamaProvider>();
        builder.Services.AddSingleton<IModelProvider, ClaudeProvider>();
        builder.Services.AddSingleton<IModelProvider, GeminiProvider>();
        builder.Services.AddSingleton<IModelProvider, OpenAiProvider>();
        builder.Services.AddSingleton<IModelProvider, OpenRouterProvider>();
    }
}
