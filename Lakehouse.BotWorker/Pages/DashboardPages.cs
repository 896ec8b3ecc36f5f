using Hangfire;
using Hangfire.Dashboard;
using Lakehouse.BotWorker.Jobs;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Our page and our fragment in Hangfire's dashboard. Both are shells; bot.js fills them from the API and keeps them fresh.</summary>
internal static class DashboardPages
{
    private const string CyclesPath = "/bot/cycles/";

    private static int _registered;

    /// <summary>Where a cycle is looked at, from the root of the worker.</summary>
    public static string PathOf(string cycleId) => $"/hangfire{CyclesPath}{cycleId}";

    /// <summary>Hangfire keeps these in static lists: once a process, however many hosts it has.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 1)
        {
            return;
        }

        DashboardRoutes.Routes.AddRazorPage("/bot", _ => new BotPage());
        DashboardRoutes.Routes.AddRazorPage($"{CyclesPath}(?<CycleId>[0-9A-Za-z-]+)", match => new CyclePage(match.Groups["CycleId"].Value));
        DashboardRoutes.AddJavaScript(typeof(DashboardPages).Assembly, "Lakehouse.BotWorker.Pages.bot.js");
        DashboardRoutes.AddStylesheet(typeof(DashboardPages).Assembly, "Lakehouse.BotWorker.Pages.bot.css");
        NavigationMenu.Items.Insert(0, page => new MenuItem("Bot", page.Url.To("/bot")) { Active = page.RequestPath.StartsWith("/bot", StringComparison.Ordinal) });
        GlobalConfiguration.Configuration.UseJobDetailsRenderer(0, JobFragment);
    }

    private static NonEscapedString? JobFragment(JobDetailsRendererDto job) => job.JobDetails.Job?.Type == typeof(BotCycleJob)
        ? new NonEscapedString(new Html().Add($"""<div data-lakehouse-fragment="/api/jobs/{job.JobId}/fragment"><p>Loading the cycle…</p></div>""").ToString())
        : null;
}
