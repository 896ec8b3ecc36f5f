using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.House;

/// <summary>What each service is told beyond addresses: the names are those of the service's own configuration.</summary>
internal static class ServiceSettings
{
    public const string ScriptedModel = "scripted-model";

    public static IResourceBuilder<ProjectResource> WithKeysOfConsumers(this IResourceBuilder<ProjectResource> gateway, HouseSettings house) => gateway
        .WithEnvironment("Keys__bot", house.Keys.Bot)
        .WithEnvironment("Keys__observer", house.Keys.Observer)
        .WithEnvironment("Keys__operator", house.Keys.Operator);

    /// <summary>Lets the pages of gateway and observer link traces.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboardLink(this IResourceBuilder<ProjectResource> service) =>
        Dashboard.Url(service.ApplicationBuilder.Configuration) is { } dashboard ? service.WithEnvironment("Dashboard__Url", dashboard) : service;

    /// <summary>The models behind the gateway: those that the person configured, else a script that speaks Ollama's protocol.</summary>
    public static void AddModels(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, HouseSettings house)
    {
        if (house.Options.OllamaApiKey is { } key)
        {
            gateway.WithEnvironment("OLLAMA_API_KEY", key);
        }

        if (house.Options.OllamaUrl is { } url)
        {
            gateway.WithEnvironment("Providers__ollama__base_url", url.AbsoluteUri.TrimEnd('/'));
        }
        else if (!house.Options.HasRealModel)
        {
            var model = builder.AddEngine(ScriptedModel, "model")
                .WithHttpEndpoint(port: 3200, env: EngineCommand.PortVariable)
                .WithHttpHealthCheck("/health");
            gateway.WithEnvironment("Providers__ollama__base_url", model.GetEndpoint("http")).WaitFor(model);
        }
    }

    public static IResourceBuilder<ProjectResource> WithBotSettings(this IResourceBuilder<ProjectResource> worker, HouseSettings house)
    {
        worker.WithEnvironment("Bot__TargetRepository", house.Target)
            .WithEnvironment("Bot__DataFolder", house.In("bot"))
            .WithEnvironment("Bot__Forge", house.Options.Forge)
            .WithEnvironment("Bot__Model", house.Options.ModelOrDefault);
        if (!house.Options.HasRealModel)
        {
            // the demo shows what a second cycle learns from the first; and a script would only repeat itself
            worker.WithEnvironment("Bot__MaxFeedback", "0");
        }

        foreach (var (name, value) in house.Options.ForgeSettings)
        {
            worker.WithEnvironment($"Bot__{name.Replace(":", "__", StringComparison.Ordinal)}", value);
        }

        if (house.TestCommand is { } tests)
        {
            worker.WithEnvironment("Bot__TestCommand", tests);
        }

        return Dashboard.Url(worker.ApplicationBuilder.Configuration) is { } dashboard
            ? worker.WithEnvironment("Bot__TraceUrl", dashboard + "/traces/detail/{trace_id}")
            : worker;
    }
}
