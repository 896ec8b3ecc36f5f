using System.Globalization;
using Lakehouse.Gateway.Requests;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Home;

/// <summary>The home page as HTML.</summary>
internal static class HomePage
{
    public static string Render(HomeView view)
    {
        var html = new Html().Add($"<header><h1>Lakehouse gateway</h1><p>{view.Now:yyyy-MM-dd HH:mm:ss} UTC</p></header><main>");
        Health(html, view);
        Budgets(html, view);
        Providers(html, view);
        Requests(html, view);
        HomeCycleTable.Add(html, view);
        HomeNext.Add(html, view);
        return HomeStyle.Document("Lakehouse gateway", html.Add($"</main>"));
    }

    private static void Health(Html html, HomeView view)
    {
        html.Add($"<h2>Health</h2><div class=\"wide\"><table>");
        foreach (var store in view.Stores)
        {
            _ = store.Problem is { } problem
                ? html.Add($"""<tr><th>{store.Name}</th><td class="bad">away</td><td>{problem}</td></tr>""")
                : html.Add($"""<tr><th>{store.Name}</th><td class="ok">answers</td><td></td></tr>""");
        }

        html.Add($"""<tr><th>configuration</th><td><code>{view.ConfigVersion}</code></td><td>in force since {view.ConfigLoadedAt:yyyy-MM-dd HH:mm:ss} UTC; all of it, for the operator: <code>GET /v1/config</code></td></tr></table></div>""");
        if (view.Fault is { } fault)
        {
            html.Add($"""<div class="note"><p>A change of the files at {fault.At:HH:mm:ss} UTC was not taken; what was in force before still is.</p><pre>{fault.Message}</pre></div>""");
        }
    }

    private static void Budgets(Html html, HomeView view)
    {
        html.Add($"<h2>Today's budgets</h2>");
        if (view.Budgets is not { } budgets)
        {
            html.Add($"""<p class="note">The counters are not known while a store is away. Consumers with a cap, and paid models, are refused until then.</p>""");
            return;
        }

        html.Add($"""<div class="wide"><table><tr><th>consumer</th><th>calls</th><th>tokens</th><th>cost, USD</th><th></th></tr>""");
        foreach (var budget in budgets)
        {
            html.Add($"<tr><th>{budget.Consumer}</th>");
            Gauge(html, "calls", budget.Used.Calls + budget.Held.Calls, budget.Caps.Calls, number => number.ToString(CultureInfo.InvariantCulture));
            Gauge(html, "tokens", budget.Used.Tokens + budget.Held.Tokens, budget.Caps.Tokens, Short);
            Gauge(html, "", budget.Used.NanoUsd + budget.Held.NanoUsd, budget.Caps.NanoUsd, Usd);
            html.Add($"<td>resets in {Left(budget, view.Now)}</td></tr>");
        }

        html.Add($"</table></div>");
    }

    private static void Gauge(Html html, string unit, long used, long? cap, Func<long, string> text)
    {
        var what = unit.Length == 0 ? "" : " " + unit;
        if (cap is { } most)
        {
            html.Add($"""<td><meter min="0" max="{Math.Max(1, most)}" value="{Math.Min(used, most)}" title="{used} of {most}"></meter> {text(used)}/{text(most)}{what}</td>""");
        }
        else
        {
            html.Add($"<td>{text(used)}{what}, no cap</td>");
        }
    }

    private static string Left(BudgetView budget, DateTimeOffset now)
    {
        var left = budget.ResetsAt > now ? budget.ResetsAt - now : TimeSpan.Zero;
        return $"{(int)left.TotalHours} h {left.Minutes} m";
    }

    private static void Providers(Html html, HomeView view)
    {
        html.Add($"""<h2>Providers</h2><div class="wide"><table><tr><th>name</th><th>protocol</th><th>address</th><th>paid</th><th>state</th></tr>""");
        foreach (var provider in view.Providers)
        {
            html.Add($"<tr><th>{provider.Name}</th><td>{provider.Kind}</td><td class=\"id\">{provider.BaseUrl}</td><td>{(provider.Paid ? "yes" : "no")}</td><td>");
            if (provider.MissingVariable is { } variable)
            {
                html.Add($"""<span class="bad">key missing</span>: set <code>{variable}</code> and start again""");
            }
            else if (provider.Open.Count == 0)
            {
                html.Add($"""<span class="ok">configured</span>""");
            }

            foreach (var (target, until) in provider.Open)
            {
                html.Add($"""<div><span class="bad">circuit open</span>: {target} is left alone until {until:HH:mm:ss} UTC</div>""");
            }

            html.Add($"</td></tr>");
        }

        html.Add($"</table></div>");
    }

    private static void Requests(Html html, HomeView view)
    {
        html.Add($"<h2>Last requests</h2>");
        if (view.Requests is not { } requests)
        {
            html.Add($"""<p class="note">The ledger cannot be read while Postgres is away.</p>""");
            return;
        }

        if (requests.Count == 0)
        {
            html.Add($"<p>None yet. The first lines below make one.</p>");
            return;
        }

        html.Add($"""
            <div class="wide"><table><tr><th>time, UTC</th><th>consumer</th><th>provider/model</th><th class="number">tokens</th><th class="number">cost, USD</th><th>outcome</th><th>request</th><th>trace</th></tr>
            """);
        foreach (var request in requests)
        {
            html.Add($"""<tr><td>{request.At:MM-dd HH:mm:ss}</td><td>{request.Consumer}</td><td class="id">{request.Model}</td><td class="number">{request.Tokens}</td><td class="number">{Usd(request.CostNanoUsd)}</td>""");
            html.Add($"""<td class="{(request.Outcome == Usage.UsageRecord.Ok ? "ok" : "bad")}">{request.Outcome}{(request.Attempts > 1 ? $" ({request.Attempts} attempts)" : "")}</td><td class="id"><a href="/v1/requests/{Uri.EscapeDataString(request.Id)}">{request.Id}</a></td><td class="id">""");
            view.Links.AddTrace(html, request.TraceId);
            html.Add($"</td></tr>");
        }

        html.Add($"</table></div>");
    }

    private static string Short(long number) => number switch
    {
        < 1_000 => number.ToString(CultureInfo.InvariantCulture),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000}.{number % 1_000_000 / 100_000}M"),
    };

    private static string Usd(long nanoUsd) => (nanoUsd / 1_000_000_000m).ToString("0.00#######", CultureInfo.InvariantCulture);
}
