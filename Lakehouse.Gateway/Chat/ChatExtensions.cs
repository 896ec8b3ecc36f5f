using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lakehouse.Gateway.Chat;

internal static class ChatExtensions
{
    public static void AddChat(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ChatOptions>().BindConfiguration(ChatOptions.Section)
            .Validate(options => !options.Faults().Any(), "Chat: a limit is out of its range (docs/configuration.md).").ValidateOnStart();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = RequestBody.Limit);
        builder.Services.AddSingleton<ModelRouter>();
        builder.Services.AddSingleton<ChatPlanner>();
        builder.Services.AddSingleton<Reservation>();
        builder.Services.AddSingleton<BufferedChat>();
        builder.Services.AddSingleton<StreamedChat>();
    }
}
