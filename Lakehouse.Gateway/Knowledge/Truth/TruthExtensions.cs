using Lakehouse.Gateway.Context;

namespace Lakehouse.Gateway.Knowledge.Truth;

internal static class TruthExtensions
{
    /// <exception cref="Configuration.ConfigException">A file is wrong or the folder is missing: every fault at once, before anything is started.</exception>
    public static void AddTruth(this IHostApplicationBuilder builder)
    {
        var folder = TruthFolder.Of(builder.Configuration, builder.Environment.ContentRootPath);
        var first = folder.Load(DateTimeOffset.UnixEpoch);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<TruthStore>(services, first with { LoadedAt = services.GetRequiredService<TimeProvider>().GetUtcNow() }));
        builder.Services.AddSingleton<TruthGate>();
        builder.Services.AddSingleton<IContextSource, TruthContext>();
    }
}
