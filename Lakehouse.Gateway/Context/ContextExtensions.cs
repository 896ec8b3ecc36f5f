namespace Lakehouse.Gateway.Context;

internal static class ContextExtensions
{
    public static void AddContext(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IContextSource, SessionContext>();
        builder.Services.AddOptions<ContextOptions>().BindConfiguration(ContextOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ContextBuilder>();
        builder.Services.AddSingleton<Enrichment>();
    }
}
