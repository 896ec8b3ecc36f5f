using Lakehouse.Gateway.Budgets;

namespace Lakehouse.Gateway.Keys;

internal static class KeysExtensions
{
    public static void AddKeys(this IHostApplicationBuilder builder)
    {
        // below this level the server logs header lines that it cannot read, and a key may stand in one
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Information);
        builder.Services.AddOptions<KeyRefreshOptions>().BindConfiguration(KeyRefreshOptions.Section)
            .Validate(options => options.IsValid, "KeyRefresh:Interval is out of its range; accepted is 00:00:00.1 to 00:05:00.").ValidateOnStart();
        builder.Services.AddSingleton<KeyDatabase>();
        builder.Services.AddSingleton<KeyStore>();
        builder.Services.AddSingleton<LimitsStore>();
        builder.Services.AddSingleton<KeySnapshot>();
        builder.Services.AddSingleton<KeyUse>();
        builder.Services.AddSingleton<KeyChanges>();
        builder.Services.AddSingleton<KeyCommands>();
        builder.Services.AddSingleton<ConsumerKeys>();
        builder.Services.AddHostedService<KeyRefresh>();
    }
}
