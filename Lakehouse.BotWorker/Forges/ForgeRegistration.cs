using Lakehouse.BotWorker.Forges.Gitea;
using Lakehouse.BotWorker.Forges.GitHub;
using Lakehouse.BotWorker.Forges.Local;
using Lakehouse.BotWorker.Forges.Remote;

namespace Lakehouse.BotWorker.Forges;

internal static class ForgeRegistration
{
    private const int LargestReply = 32 * 1024 * 1024;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Needs <see cref="ForgeSettings"/> and <see cref="TimeProvider"/> in the container.</summary>
    public static IServiceCollection AddForges(this IServiceCollection services)
    {
        services.AddHttpClient(RemoteForge.HttpClientName, http => (http.Timeout, http.MaxResponseContentBufferSize) = (TimeLimit, LargestReply))
            // a token must not follow a redirect to another host
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<LocalForge>();
        services.AddSingleton<IForge>(provider => provider.GetRequiredService<LocalForge>());
        services.AddSingleton<IForge, GiteaForge>();
        services.AddSingleton<IForge, GitHubForge>();
        services.AddSingleton<ForgeCatalog>();
        return services;
    }
}
