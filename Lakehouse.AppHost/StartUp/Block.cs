using System.Globalization;
using Lakehouse.AppHost.House;

namespace Lakehouse.AppHost.StartUp;

/// <summary>Every address in one place, and what to click next. The labels are stable: tests read them.</summary>
internal static class Block
{
    public static void Write(TextWriter console, HouseSettings house, Links links, string? dashboard, bool dashboardComes, TimeSpan elapsed)
    {
        (string Label, string Value)[] lines =
        [
            ("Bot page", links.Worker.Url + "/hangfire/bot"),
            ("Recurring jobs", links.Worker.Url + "/hangfire/recurring"),
            ("Aspire dashboard", dashboard ?? "not started: telemetry goes to " + Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")),
            ("Gateway", links.Gateway.Url),
            ("Observer", links.Observer.Url),
            ("Model", Model(house.Options)),
            ("Target repository", house.Target),
            ("Data folder", house.Folder),
        ];
        console.WriteLine();
        console.WriteLine(Headline(dashboardComes, elapsed));
        console.WriteLine();
        foreach (var (label, value) in lines)
        {
            console.WriteLine($"  {label,-18} {value}");
        }

        console.WriteLine();
        console.WriteLine("  Next: open the Bot page, choose a gap and enqueue one cycle; or press Trigger now under Recurring jobs.");
        console.WriteLine("  Then follow it on the job's page, and as one trace in the Aspire dashboard. Ctrl-C stops everything.");
        console.WriteLine();
    }

    public static string Headline(bool dashboardComes, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"Lakehouse is up: its services are healthy in {elapsed.TotalSeconds:0.0} s.{(dashboardComes ? " The Aspire dashboard is still starting; it says when it is healthy." : "")}");

    private static string Model(HouseOptions options) => options switch
    {
        { OllamaUrl: { } url } => $"{options.ModelOrDefault}, Ollama at {url}",
        { HasRealModel: true } => $"{options.ModelOrDefault}, Ollama Cloud",
        _ => "scripted, no AI (a real one: `-- --Lakehouse:OllamaUrl=http://localhost:11434`)",
    };
}
