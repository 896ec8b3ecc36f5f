using Lakehouse.Gateway.Tools.BuiltIn;

namespace Lakehouse.Gateway.Tools;

internal static class ToolsExtensions
{
    public static void AddTools(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ITool, UsageReportTool>();
        builder.Services.AddSingleton<ITool, BudgetStatusTool>();
        builder.Services.AddSingleton<ITool, ListModelsTool>();
        builder.Services.AddSingleton<ITool, SessionSearchTool>();
        builder.Services.AddSingleton<ITool, RequestLookupTool>();
        builder.Services.AddSingleton<ITool, CurrentTimeTool>();
        builder.Services.AddSingleton<ITool, MemorySearchTool>();
        builder.Services.AddSingleton<ITool, MemoryProposeTool>();
        builder.Services.AddSingleton<ToolRegistry>();
        builder.Services.AddSingleton<ToolAudit>();
        builder.Services.AddSingleton<ToolInvoker>();
        builder.Services.AddSingleton<ToolRunner>();
        builder.AddToolsOverMcp();
    }
}
