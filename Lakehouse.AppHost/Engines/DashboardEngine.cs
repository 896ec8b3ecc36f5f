using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Engines;

/// <summary>Runs the real Aspire dashboard out of the Aspire CLI, where Aspire's packages are not there to bring it.</summary>
internal static class DashboardEngine
{
    public const string OtlpAddress = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string Frontend = "ASPNETCORE_URLS";
    private const string OtlpHttpAddress = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";

    /// <summary>The variables in which Aspire takes the dashboard's addresses, and our default ports.</summary>
    public static readonly IReadOnlyList<(string Variable, int Port)> Addresses = [(Frontend, 18888), (OtlpAddress, 18889), (OtlpHttpAddress, 18890)];

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo(await AspireCli.FindOrInstallAsync(stop),
        [
            "dashboard", "run", "--non-interactive", "--nologo", "--allow-anonymous",
            "--frontend-url", Address(Frontend), "--otlp-grpc-url", Address(OtlpAddress), "--otlp-http-url", Address(OtlpHttpAddress),
        ]);
        foreach (var (variable, _) in Addresses)
        {
            start.Environment.Remove(variable);
        }

        start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true";
        await using var dashboard = EngineProcess.Start(start, Console.WriteLine);
        if (!await dashboard.WaitAsync(stop))
        {
            throw new EngineException($"{PrefixedLog.Notice}The Aspire dashboard ended by itself with exit code {dashboard.ExitCode}; its last lines are above.");
        }

        await dashboard.StopAsync(EngineProcess.Terminate, TimeSpan.FromSeconds(5));
        return 0;
    }

    private static string Address(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new EngineException($"engine dashboard: the variable {variable} is missing.");
}
