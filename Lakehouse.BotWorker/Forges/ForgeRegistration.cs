namespace Lakehouse.BotWorker.Forges;

internal static class ForgeRegistration
{
    /// <summary>Needs <see cref="ForgeSettings"/> and <see cref="TimeProvider"/> in the container.</summary>
    public static IServiceCollection AddForges(this IServiceCollection services)
    {
        // a token must not follow a redirect to another host
        services.AddHttpClient(GiteaForge.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<LocalForge>();
        services.AddSingleton<IForge>(provider => provider.GetRequiredService<LocalForge>());
        services.AddSingleton<IForge, GiteaForge>();
        services.AddSingleton<ForgeCatalog>();
        return services;
    }
}
