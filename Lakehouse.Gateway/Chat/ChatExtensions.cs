using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lakehouse.Gateway.Chat;

internal static class ChatExtensions
{
    public static void AddChat(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = RequestBody.Limit);
        builder.Services.AddSingleton<ModelRouter>();
        builder.Services.AddSingleton<CircuitBreakers>();
        builder.Services.AddSingleton(new Backoff(Random.Shared.NextDouble));
        builder.Services.AddSingleton<CallPlanner>();
        builder.Services.AddSingleton<Reservation>();
        builder.Services.AddSingleton<ChatChain>();
        builder.Services.AddSingleton<ChatJobs>();
        builder.Services.AddSingleton<ChatPreparation>();
        builder.Services.AddSingleton<TurnStore>();
        builder.Services.AddSingleton<ChatService>();
        builder.Services.AddSingleton<DryRun>();
        builder.Services.AddSingleton<RefusedCalls>();
        builder.Services.AddSingleton<ChatEntry>();
    }
}
