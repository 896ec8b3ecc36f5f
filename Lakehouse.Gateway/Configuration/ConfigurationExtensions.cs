namespace Lakehouse.Gateway.Configuration;

internal static class ConfigurationExtensions
{
    /// <exception cref="ConfigException">A file is wrong: every fault at once, before anything is started.</exception>
    public static void AddGatewayConfig(this IHostApplicationBuilder builder)
    {
        var files = ConfigFiles.Of(builder.Configuration, builder.Environment.ContentRootPath);
        var first = files.Parse(files.Read(), DateTimeOffset.UnixEpoch);
        builder.Services.AddSingleton(files);
        builder.Services.AddSingleton(services => new ConfigStore(first with { LoadedAt = services.GetRequiredService<TimeProvider>().GetUtcNow() }));
        builder.Services.AddSingleton<ConfigReload>();
        builder.Services.AddHostedService<ConfigWatcher>();
    }
}
