using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Gateway;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Observer;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

internal static class CyclesRegistration
{
    public static void AddCycles(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<BotOptions>().BindConfiguration(BotOptions.Section);
        services.AddSingleton<IValidateOptions<BotOptions>, BotOptionsValidator>();
        services.AddSingleton(provider => NpgsqlDataSource.Create(provider.GetRequiredService<IConfiguration>().GetConnectionString("lakehouse")!));
        services.AddHealthChecks().AddCheck<PostgresHealth>("postgres");

        services.AddSingleton<CycleStore>();
        services.AddSingleton<CycleQueries>();
        services.AddSingleton<PauseSwitch>();
        services.AddSingleton<CycleFolders>();
        services.AddSingleton<BaselineStore>();
        services.AddSingleton<GapList>();
        services.AddSingleton<GapLedger>();
        services.AddSingleton<GapPulls>();
        services.AddSingleton<GapOverview>();
        services.AddTransient<CycleReporter>();
        services.AddTransient<BotCycle>();
        CyclePlan.AddSteps(services);
        services.AddHostedService<UndeliveredResults>();
        services.AddHostedService<CycleTakeUp>();

        services.AddHttpClient<GatewayClient>(http => (http.BaseAddress, http.Timeout) = (new Uri("http://gateway"), Timeout.InfiniteTimeSpan));
        services.AddHttpClient<ObserverClient>(http => (http.BaseAddress, http.Timeout) = (new Uri("http://observer"), Timeout.InfiniteTimeSpan));
        services.AddSingleton(provider => SettingsOf(provider.GetRequiredService<IOptions<BotOptions>>().Value));
        services.AddForges();
    }

    private static ForgeSettings SettingsOf(BotOptions options) => new(
        options.DataFolder, options.PublicUrl, options.TargetRepository, new GiteaSettings(options.Gitea.Url, options.Gitea.Owner, options.Gitea.Repository, options.Gitea.Token));

    private sealed class PostgresHealth(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = database.CreateCommand("select 1 from bot.cycles limit 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException failure)
            {
                return HealthCheckResult.Unhealthy(failure.Message);
            }
        }
    }
}
