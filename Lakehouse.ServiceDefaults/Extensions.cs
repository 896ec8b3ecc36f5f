using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Lakehouse.ServiceDefaults;

/// <summary>What every service does the same way. Called first in each <c>Program.cs</c>.</summary>
public static class Extensions
{
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddLakehouseTelemetry();
        builder.AddDefaultHealthChecks();

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<StopWhenParentIsGone>();
        builder.Services.ConfigureHttpJsonOptions(json => LakehouseJson.Configure(json.SerializerOptions));
        builder.Services.AddProblemDetails();

        // Names such as http://gateway resolve through services__gateway__http__0. No resilience handler here:
        // its retries would repeat a POST that costs money (docs/architecture.md, "HTTP").
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        return builder;
    }
}
