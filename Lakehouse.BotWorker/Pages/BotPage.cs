using Hangfire.Dashboard;
using Hangfire.Dashboard.Pages;

namespace Lakehouse.BotWorker.Pages;

/// <summary>The page "Bot" of the dashboard; its content is <see cref="BotFragment"/>.</summary>
internal sealed class BotPage : RazorPage
{
    public override void Execute()
    {
        Layout = new LayoutPage("Bot");
        WriteLiteral(
            """
            <div class="row"><div class="col-md-12">
            <h1 class="page-header">Bot</h1>
            <div data-lakehouse-fragment="/api/bot/fragment"><p>Loading…</p></div>
            <noscript><p>This page needs JavaScript. <code>POST /api/cycles</code> enqueues a cycle without it, and so does the command line.</p></noscript>
            </div></div>
            """);
    }
}
