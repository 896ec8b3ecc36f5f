using Lakehouse.Gateway.Context;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

internal static class RetrievalExtensions
{
    public static void AddRetrieval(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetrievalOptions>().BindConfiguration(RetrievalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<NearestVectors>();
        builder.Services.AddSingleton<ScopeNames>();
        builder.Services.AddSingleton<MemoryVectors>();
        builder.Services.AddSingleton<MemorySearch>();
        builder.Services.AddSingleton<IContextSource, MemoryContext>();
        builder.Services.AddHostedService<MemoryEmbedder>();
    }
}
