using Lakehouse.Gateway.Staffing.Iteration;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.Gateway.Staffing.Sql;
using Lakehouse.Gateway.Staffing.Tools;
using Lakehouse.Gateway.Staffing.Validation;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Staffing;

internal static class StaffingExtensions
{
    public static void AddStaffing(this IHostApplicationBuilder builder)
    {
        builder.AddValidation();
        builder.AddIteration();
        builder.Services.AddSingleton<LoadRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LoadRunner>());
        builder.Services.AddSingleton<StaffingRows>();
        builder.Services.AddSingleton<WorkerSearch>();
        builder.Services.AddSingleton<SqlReader>();
        builder.Services.AddSingleton<ITool, SqlTool>();
        builder.Services.AddSingleton<ITool, SearchWorkersTool>();
        builder.Services.AddSingleton<ITool, GetWorkerTool>();
        foreach (var question in StaffingQuestions.All)
        {
            builder.Services.AddSingleton<ITool>(services => new QueryTool(services.GetRequiredService<StaffingRows>(), question));
        }
    }
}
