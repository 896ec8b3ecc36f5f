using Aspire.Hosting;
using Lakehouse.AppHost.Engines;
using Lakehouse.AppHost.House;
using Lakehouse.AppHost.StartUp;

if (EngineCommand.Is(args))
{
    return await EngineCommand.RunAsync(args);
}

using var leave = new Leave();
try
{
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = Telemetry.GoesElsewhere });
    using var house = await HouseSettings.OpenAsync(builder.Configuration, builder.AppHostDirectory);
    OwnEnvironment.Forget();

    var lakehouse = builder.AddLakehouseDatabase(house);
    var redis = builder.AddLakehouseRedis(house);

    var gateway = builder.AddProject<Projects.Lakehouse_Gateway>("gateway")
        .WithReference(lakehouse).WaitFor(lakehouse)
        .WithReference(redis).WaitFor(redis)
        .WithKeysOfConsumers(house)
        .WithDashboardLink()
        .WithTelemetry()
        .WithHttpHealthCheck("/health");
    builder.AddModels(gateway, house);

    var observer = builder.AddProject<Projects.Lakehouse_Observer>("observer")
        .WithReference(lakehouse).WaitFor(lakehouse)
        .WithReference(gateway)
        .WithEnvironment("Gateway__ApiKey", house.Keys.Observer)
        .WithDashboardLink()
        .WithTelemetry()
        .WithHttpHealthCheck("/health");

    var worker = builder.AddProject<Projects.Lakehouse_BotWorker>("bot-worker")
        .WithReference(lakehouse).WaitFor(lakehouse)
        .WithReference(gateway).WaitFor(gateway)
        .WithReference(observer).WaitFor(observer)
        .WithEnvironment("Gateway__ApiKey", house.Keys.Bot)
        .WithBotSettings(house)
        .WithTelemetry()
        .WithHttpHealthCheck("/health");
    worker.WithEnvironment("Bot__PublicUrl", worker.GetEndpoint("http"));

    return await HouseConsole.RunAsync(builder.Build(), house, new Links(gateway.GetEndpoint("http"), observer.GetEndpoint("http"), worker.GetEndpoint("http")), leave.Token);
}
catch (Exception problem) when (problem is EngineException or DistributedApplicationException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
