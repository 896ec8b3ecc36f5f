namespace Lakehouse.Gateway.Home;

/// <summary>What to do next: links, and lines for a terminal that work as they stand.</summary>
internal static class HomeNext
{
    public static void Add(Html html, HomeView view)
    {
        html.Add($"""
            <h2>What to do next</h2>
            <p>Try every call on <a href="/scalar">the API's page</a> (its description: <a href="/openapi/v1.json">openapi</a>).
            The bot's cycles are on <a href="{view.Links.Worker.AbsoluteUri}">the worker's pages</a>
            """);
        if (view.Links.Dashboard is { } dashboard)
        {
            html.Add($""", traces, logs and metrics on <a href="{dashboard.AbsoluteUri}">the dashboard</a>""");
        }

        html.Add($".</p>");
        var key = view.Keyless ? "" : " -H \"authorization: Bearer $LAKEHOUSE_KEY\"";
        if (!view.Keyless)
        {
            html.Add($"<p>Set <code>LAKEHOUSE_KEY</code> to your key first.</p>");
        }

        if (view.Model is { } model)
        {
            Line(html, "Ask a model", $"curl -s {view.Address}/v1/chat{key} -d '{Hello(model)}'");
            Line(html, "The same, streamed", $"curl -sN {view.Address}/v1/chat{key} -d '{Hello(model, "\"stream\": true, ")}'");
            Line(html, "Where it would go and what it may cost, without the call", $"curl -s {view.Address}/v1/chat{key} -d '{Hello(model, "\"dry_run\": true, ")}'");
        }
        else
        {
            html.Add($"""<p class="note">No provider lists a model. Run Ollama on this machine with one (<code>ollama pull qwen3:8b</code>), or set one of the variables above. What providers list is asked again after a minute.</p>""");
        }

        Line(html, "Which models there are", $"curl -s {view.Address}/v1/models{key}");
        Line(html, "What was used today, by consumer and model", $"curl -s \"{view.Address}/v1/usage?group_by=consumer,model&since={view.Now.UtcDateTime:yyyy-MM-dd}\"{key}");
        Line(html, "For OpenAI's and Anthropic's clients", $"export OPENAI_BASE_URL={view.Address}/v1 ANTHROPIC_BASE_URL={view.Address}");
    }

    private static string Hello(string model, string field = "") => $$"""{"model": "{{model}}", {{field}}"messages": [{"role": "user", "content": "Say hello."}]}""";

    private static void Line(Html html, string what, string line) => html.Add($"<p>{what}:</p><pre>{line}</pre>");
}
