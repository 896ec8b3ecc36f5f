using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Lakehouse.Benchmarks.Targets;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>Loads the staffing data through the gateway, and searches it as a scenario's executor does.</summary>
internal static class StaffingRun
{
    private const int Workers = 500_000;
    private const int Clients = 8;
    private const int WarmUp = 2_000;
    private const int Searches = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Roles = ["Welder", "Electrician", "Machinist", "Forklift Operator", "Packer", "Truck Driver", "Assembler"];
    private static readonly (string City, string State)[] Places = [("Toledo", "OH"), ("Gary", "IN"), ("Flint", "MI"), ("Chicago", "IL"), ("Detroit", "MI"), ("Nashville", "TN"), ("Erie", "PA"), ("Dayton", "OH"), ("Madison", "WI")];

    public static async Task<StaffingResult> RunAsync(LakehouseGateway gateway, CancellationToken cancellationToken)
    {
        var (workers, all, rows) = await StaffingLoad.RunAsync(gateway.Url, gateway.OperatorKey, Workers, cancellationToken);
        Console.Error.WriteLine($"{rows} rows in {all.TotalSeconds:F1} s");
        await SearchAsync(gateway, WarmUp, TimeSpan.Zero, cancellationToken);
        var paced = await SearchAsync(gateway, Searches, Pause, cancellationToken);
        var full = await SearchAsync(gateway, Searches, TimeSpan.Zero, cancellationToken);
        return new(workers, all, rows, paced, full);
    }

    // every client asks one question after the other, each for the top 20 of a role in a city
    private static async Task<SearchResult> SearchAsync(LakehouseGateway gateway, int each, TimeSpan pause, CancellationToken cancellationToken)
    {
        var (times, clock) = (new ConcurrentBag<TimeSpan>(), Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            using var client = Http.Client(gateway.Url);
            client.DefaultRequestHeaders.Authorization = new("Bearer", gateway.Key);
            // pauses of one length would make the eight ask at the same moment, again and again
            var random = new Random(number);
            for (var call = 0; call < each; call++)
            {
                var (role, place) = (Roles[(call + number) % Roles.Length], Places[(call * 7 + number) % Places.Length]);
                var started = Stopwatch.GetTimestamp();
                using var answer = await client.PostAsJsonAsync("/v1/tools/search_workers/call", new { arguments = new { role, city = place.City, state = place.State, count = 4 } }, cancellationToken);
                await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                times.Add(Stopwatch.GetElapsedTime(started));
                if (!answer.IsSuccessStatusCode)
                {
                    throw new BenchmarkException($"search_workers answered {(int)answer.StatusCode}.");
                }

                await Task.Delay(pause * 2 * random.NextDouble(), TimeProvider.System, cancellationToken);
            }
        }, cancellationToken)));
        return new(times.Count / clock.Elapsed.TotalSeconds, [.. times.Order()]);
    }
}

/// <param name="Workers">Until the workers were loaded and indexed.</param>
/// <param name="Rows">Of all tables.</param>
/// <param name="Paced">Each client waits 0 to 100 ms after an answer, as one that reads it would.</param>
/// <param name="Full">None waits: the machine is the limit.</param>
internal sealed record StaffingResult(TimeSpan Workers, TimeSpan All, long Rows, SearchResult Paced, SearchResult Full);

/// <param name="Times">The shortest first.</param>
internal sealed record SearchResult(double PerSecond, TimeSpan[] Times)
{
    public double Milliseconds(double share) => Times[(int)Math.Ceiling(share * Times.Length) - 1].TotalMilliseconds;
}
