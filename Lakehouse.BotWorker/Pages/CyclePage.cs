using Hangfire.Dashboard;
using Hangfire.Dashboard.Pages;

namespace Lakehouse.BotWorker.Pages;

/// <summary>One cycle, for as long as it is stored; its job's page goes after a day.</summary>
internal sealed class CyclePage(string cycleId) : RazorPage
{
    public override void Execute()
    {
        Layout = new LayoutPage($"Cycle {cycleId}");
        WriteLiteral(new Html().Add($"""
            <div class="row"><div class="col-md-12">
            <h1 class="page-header">Cycle</h1>
            <p><a href="/hangfire/bot">All gaps and cycles</a></p>
            <div data-lakehouse-fragment="/api/cycles/{cycleId}/fragment"><p>Loading…</p></div>
            </div></div>
            """).ToString());
    }
}
