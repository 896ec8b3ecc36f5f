using Hangfire.Dashboard;
using Lakehouse.BotWorker.Api;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>The dashboard can delete and start anything, so it is for the person at this machine, in Development, and nobody else.</summary>
internal sealed class DashboardAccess(IHostEnvironment environment) : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context) => environment.IsDevelopment() && LoopbackOnly.IsLocal(context.GetHttpContext());
}
