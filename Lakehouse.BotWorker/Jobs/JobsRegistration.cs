using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Lakehouse.BotWorker.Pages;
using Lakehouse.ServiceDefaults;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>Hangfire on Postgres. Nothing here runs on a schedule: a person enqueues.</summary>
internal static class JobsRegistration
{
    public static void AddJobs(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString("lakehouse")
            ?? throw new InvalidOperationException("ConnectionStrings:lakehouse is missing; accepted is a PostgreSQL connection string.");
        builder.Services.AddHostedService(services => new PrepareDatabase(connectionString, services));
        // registered here and not through the statics JobStorage.Current and JobActivator.Current, so that two hosts in
        // one process do not run each other's jobs
        builder.Services.AddSingleton<JobStorage>(_ => OpenStorage(connectionString));
        builder.Services.AddSingleton<JobActivator>(services => new AspNetCoreJobActivator(services.GetRequiredService<IServiceScopeFactory>()));
        builder.Services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings());
        builder.Services.AddHangfireServer(server =>
        {
            // one worker keeps the order of enqueuing; between processes the cycle's lease does
            server.WorkerCount = 1;
            server.CancellationCheckInterval = TimeSpan.FromSeconds(1);
            server.ShutdownTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddAntiforgery();
        // Hangfire's buttons need tokens, and those need keys, which protect nothing else and lie where this user alone reads:
        // that they are not encrypted there is no news at each first start
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        builder.Services.AddScoped<BotCycleJob>();
        builder.Services.AddSingleton<CycleQueue>();
        builder.Services.AddSingleton<CycleCancel>();
    }

    public static void MapJobs(this WebApplication app)
    {
        DashboardPages.Register();
        app.MapHangfireDashboard("/hangfire", new DashboardOptions
        {
            Authorization = [new DashboardAccess(app.Environment)],
            DashboardTitle = "Lakehouse bot worker",
            DisplayStorageConnectionString = false,
            AppPath = null,
        });
        app.MapGet("/", () => Results.Redirect("/hangfire/bot")).ExcludeFromDescription();
    }

    /// <summary>Jobs, with Hangfire's tables made or brought up to date.</summary>
    public static PostgreSqlStorage OpenStorage(string connectionString)
    {
        // the defaults, 15 s and 30 min, would leave a killed cycle lying for half an hour
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = "hangfire",
            // no EnableLongPolling: it waits for its listener to end before it hands over a job that it has taken, and when
            // that cancellation is lost the job lies there, hidden from everybody, until somebody enqueues another
            QueuePollInterval = TimeSpan.FromMilliseconds(200),
            InvisibilityTimeout = TimeSpan.FromSeconds(30),
            UseSlidingInvisibilityTimeout = true,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }

    /// <summary>Before the server takes its first job: our schema, and the job that <i>Trigger now</i> starts.</summary>
    private sealed class PrepareDatabase(string connectionString, IServiceProvider services) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await Migrations.ApplyAsync(connectionString, "bot", typeof(JobsRegistration).Assembly, cancellationToken);
            services.GetRequiredService<IRecurringJobManager>().AddOrUpdate<BotCycleJob>(
                BotCycleJob.RecurringId, job => job.RunAsync(null, null, CancellationToken.None), Cron.Never());
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
