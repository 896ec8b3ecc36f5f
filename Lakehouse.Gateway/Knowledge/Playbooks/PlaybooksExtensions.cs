using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Tools;
using Lakehouse.Gateway.Tools.BuiltIn;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

internal static class PlaybooksExtensions
{
    public static void AddPlaybooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PlaybookStore>();
        builder.Services.AddSingleton<PlaybookEcho>();
        builder.Services.AddSingleton<PlaybookWriter>();
        builder.Services.AddSingleton<PlaybookGrading>();
        builder.Services.AddSingleton<PlaybookDrift>();
        builder.Services.AddSingleton<PlaybookFinder>();
        builder.Services.AddSingleton<PlaybookBoosts>();
        builder.Services.AddSingleton<IContextSource, PlaybookContext>();
        builder.Services.AddSingleton<ITool, PlaybookSearchTool>();
        builder.Services.AddSingleton<ITool, PlaybookSeedTool>();
    }
}
