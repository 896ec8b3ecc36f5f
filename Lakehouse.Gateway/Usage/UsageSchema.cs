using Lakehouse.ServiceDefaults;

namespace Lakehouse.Gateway.Usage;

/// <summary>Brings the schema <c>gateway</c> up to date before the service takes its first request.</summary>
internal sealed class UsageSchema(IConfiguration configuration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        Migrations.ApplyAsync(configuration.GetConnectionString("lakehouse")!, "gateway", typeof(UsageSchema).Assembly, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
