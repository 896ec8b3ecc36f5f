using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

internal static class BudgetExtensions
{
    public static void AddBudgets(this IHostApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString("redis")
            ?? throw new InvalidOperationException("ConnectionStrings:redis is missing; accepted is an address such as localhost:6379 (the AppHost gives one).");
        var redis = ConfigurationOptions.Parse(connection);
        // a gate that waits is a gateway that hangs: answer 503 after the limit instead
        var limit = (int)builder.Configuration.GetValue($"{BudgetOptions.Section}:{nameof(BudgetOptions.StoreTimeout)}", BudgetOptions.UsualStoreTimeout).TotalMilliseconds;
        (redis.AbortOnConnectFail, redis.ConnectTimeout, redis.AsyncTimeout, redis.SyncTimeout) = (false, limit, limit, limit);
        redis.BacklogPolicy = BacklogPolicy.FailFast;
        redis.ReconnectRetryPolicy = new LinearRetry(500);

        builder.Services.AddOptions<BudgetOptions>().BindConfiguration(BudgetOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<BudgetOptions>, BudgetOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<BudgetOptions>, BudgetSectionValidator>();
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        builder.Services.AddSingleton(services => new BudgetStore(services.GetRequiredService<IConnectionMultiplexer>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ConsumerLimits>();
        builder.Services.AddSingleton<BudgetRebuild>();
        builder.Services.AddSingleton<SessionCaps>();
        builder.Services.AddSingleton<BudgetGate>();
        builder.Services.AddSingleton<SettleLater>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SettleLater>());
        builder.Services.AddHostedService<BudgetSweeper>();
        builder.Services.AddHealthChecks().AddCheck<BudgetHealth>("redis");
    }
}
