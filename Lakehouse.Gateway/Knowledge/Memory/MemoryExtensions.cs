namespace Lakehouse.Gateway.Knowledge.Memory;

internal static class MemoryExtensions
{
    public static void AddMemory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MemoryOptions>().BindConfiguration(MemoryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MemoryEcho>();
        builder.Services.AddSingleton<MemoryStore>();
        builder.Services.AddSingleton<MemoryWriter>();
        builder.Services.AddSingleton<MemoryAudit>();
    }
}
