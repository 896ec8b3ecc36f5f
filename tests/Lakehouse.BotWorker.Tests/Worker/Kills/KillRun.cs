using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>One worker's cycles, each with its kills; after each cycle everything is looked at from outside.</summary>
internal sealed class KillRun : IAsyncDisposable
{
    private readonly TemporaryFolder _holds = new();
    private readonly WorkerHost _worker;
    private readonly CrashGate _gate;
    private readonly KillPoints _points;
    private readonly string _target;

    private KillRun(WorkerHost worker, CrashGate gate, KillPoints points, TemporaryFolder holds, string target) =>
        (_worker, _gate, _points, _holds, _target) = (worker, gate, points, holds, target);

    public KillFigures Figures { get; private set; } = new(0, 0, 0, 0, 0);

    public List<(string Step, KillPlace Place)> Kills { get; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<KillRun> StartAsync(TestPostgres postgres)
    {
        var (worker, holds) = (await WorkerHost.CreateAsync(postgres), new TemporaryFolder());
        var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        var points = await KillPoints.InstallAsync(worker, gate, holds.Path);
        LeaveHalves(Path.Combine(worker.DataFolder, "data"));
        await worker.StartProcessAsync();
        return new KillRun(worker, gate, points, holds, Fingerprint(worker.Target.Path));
    }

    /// <returns>The cycle at its end, with what it said and cost checked.</returns>
    public async Task<CycleRecord> CycleAsync(object request, int paid, IReadOnlyList<(string Step, KillPlace Place)> kills)
    {
        var calls = _worker.Gateway.Calls.Count();
        IKillPoint Point(int number) => _points.At(kills[number].Step, kills[number].Place);
        var point = Point(0);
        await point.ArmAsync();
        var cycleId = await _worker.EnqueueAsync(request);
        for (var number = 0; number < kills.Count; number++)
        {
            await WorkerReport.ExplainAsync(_worker, () => ReachedAsync(point, kills[number]));
            await _worker.KillProcessAsync();
            await point.LiftAsync();
            await ForgetFetchAsync();
            if (number + 1 < kills.Count)
            {
                point = Point(number + 1);
                await point.ArmAsync();
            }

            await _worker.StartProcessAsync();
        }

        var cycle = (await _worker.FinishedAsync(cycleId)).Cycle;
        await IsToldAsync(cycle);
        Kills.AddRange(kills);
        Figures += new KillFigures(1, kills.Count, _worker.Gateway.Calls.Count() - calls - paid, DuplicatePulls(), await LeftoversAsync());
        return cycle;
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _worker.DisposeAsync();
        _holds.Dispose();
    }

    // thirty seconds later: Hangfire delivers the job by itself while the worker that starts takes it up, too
    private async Task ForgetFetchAsync()
    {
        await using var connection = new NpgsqlConnection(_worker.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("update hangfire.jobqueue set fetchedat = now() - interval '1 hour' where fetchedat is not null", connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    // what a kill in the few milliseconds of writing them would have left
    private static void LeaveHalves(string data)
    {
        var results = Directory.CreateDirectory(Path.Combine(data, "_bot", "cycles"));
        File.WriteAllText(Path.Combine(results.FullName, $"20260101T000000Z-aaaaaa.json.{Guid.NewGuid():N}.tmp"), "{");
        Directory.CreateDirectory(Path.Combine(data, "baselines", "0123456789abcdef01234567.20260101T000000Z-aaaaaa", "home"));
        Directory.CreateDirectory(Path.Combine(data, "mirror", $"target.git.{Guid.NewGuid():N}", "refs"));
    }

    private async Task<bool> ReachedAsync(IKillPoint point, (string Step, KillPlace Place) kill)
    {
        var reached = point.ReachedAsync();
        var exit = _worker.Process.WaitForExitAsync(Cancelled);
        try
        {
            if (await Task.WhenAny(reached, exit) == reached)
            {
                await reached;
                return true;
            }
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The worker did not come to {kill.Place} {kill.Step}.", late);
        }

        throw new TimeoutException($"The worker ended before it came to {kill.Place} {kill.Step}.");
    }

    // the file, and the observer's event but for a dry run, say what is stored
    private async Task IsToldAsync(CycleRecord cycle)
    {
        Assert.Equal(cycle.Outcome!.Value.ToText(), (await _worker.ResultFileAsync(cycle.CycleId)).GetProperty("cycle").GetProperty("outcome").GetString());
        if (cycle.DryRun)
        {
            return;
        }

        // what a killed worker sent may have been taken too: only the row says that nothing is still to be told
        await Eventually.TrueAsync(() => _worker.IsObservedAsync(cycle.CycleId), Cancelled);
        Assert.Contains(cycle.CycleId, _worker.Delivered);
        var events = _worker.Events.Where(sent => sent.GetProperty("cycle_id").GetString() == cycle.CycleId).Select(sent => sent.GetProperty("event_id").GetString());
        Assert.Single(events.Distinct());
    }

    private int DuplicatePulls()
    {
        var branches = _worker.LocalPulls().Select(file => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file)).GetProperty("branch").GetString()!);
        return branches.Count() - branches.Select(branch => branch.Split('-')[0]).Distinct().Count();
    }

    private async Task<int> LeftoversAsync()
    {
        var left = await WorkerLeftovers.FindAsync(Path.Combine(_worker.DataFolder, "data"));
        Assert.True(left.Count == 0, $"left behind: {string.Join(", ", left)}");
        Assert.Equal(_target, Fingerprint(_worker.Target.Path));
        return left.Count;
    }

    private static string Fingerprint(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
