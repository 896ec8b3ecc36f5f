using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>Stops a worker just before a step's row becomes visible, from the database's side, so that it can be killed there.</summary>
internal sealed class CrashGate : IAsyncDisposable
{
    /// <summary>Not a state of a step: its row says <c>running</c>, and the step has not got further.</summary>
    public const string Begun = "begun";

    private const string Lock = "424242";

    // the view shows the whole server, where other tests have gates of their own, and tables that a template gave the same numbers
    private const string LocksHere = "from pg_locks where database = (select oid from pg_database where datname = current_database())";
    private const string WaitingForTables = $"{LocksHere} and relation in ('bot.cycles'::regclass, 'bot.pauses'::regclass) and not granted";
    private const string Waiting = $"{LocksHere} and locktype = 'advisory' and objid = {Lock} and not granted";

    private readonly NpgsqlConnection _connection;
    private NpgsqlConnection? _tables;

    private CrashGate(NpgsqlConnection connection) => _connection = connection;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The worker must have made its schema already.</summary>
    public static async Task<CrashGate> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        var gate = new CrashGate(connection);
        await gate.RunAsync(
            $"""
            create table public.crash_gate (name text, state text);
            create function public.crash_gate() returns trigger language plpgsql as $$
            begin
                if exists (select 1 from public.crash_gate where name = new.name and state = new.state) then perform pg_advisory_xact_lock({Lock}); end if;
                return new;
            end $$;
            create trigger crash_gate before insert or update on bot.cycle_steps for each row execute function public.crash_gate();
            create function public.crash_gate_begun() returns trigger language plpgsql as $$
            begin
                if new.state = 'running' and exists (select 1 from public.crash_gate where name = new.name and state = '{Begun}') then perform pg_advisory_xact_lock({Lock}); end if;
                return null;
            end $$;
            create trigger crash_gate_begun after insert or update on bot.cycle_steps for each row execute function public.crash_gate_begun();
            select pg_advisory_lock({Lock});
            """);
        return gate;
    }

    public Task CloseAsync(string step, string state) => RunAsync($"delete from public.crash_gate; insert into public.crash_gate values ('{step}', '{state}')");

    public Task LiftAsync() => RunAsync("delete from public.crash_gate");

    /// <summary>Kills the worker when it has come to the gate; what it was about to store is not stored.</summary>
    public async Task KillAtAsync(WorkerHost worker)
    {
        await WorkerReport.ExplainAsync(worker, ReachedAsync);
        await worker.KillProcessAsync();
        await DropAsync();
    }

    public Task<long> ReachedAsync() => Eventually.GetAsync(() => CountAsync(Waiting), waiting => waiting > 0, Cancelled);

    /// <summary>Lets a worker that has come to the gate store that its step has begun, and no further than to the first table that it uses then.</summary>
    public async Task HoldTablesAsync()
    {
        await ReachedAsync();
        _tables = new NpgsqlConnection(_connection.ConnectionString);
        await _tables.OpenAsync(Cancelled);
        // the worker's transaction may hold the second one: then we are the first in its queue
        var held = RunAsync("begin; lock table bot.pauses, bot.cycles in access exclusive mode", _tables);
        await Eventually.TrueAsync(async () => await CountAsync($"{LocksHere} and relation = 'bot.cycles'::regclass and pid = {_tables.ProcessID}") > 0, Cancelled);
        await RunAsync($"delete from public.crash_gate; select pg_advisory_unlock({Lock})");
        await held;
        await RunAsync($"select pg_advisory_lock({Lock})");
        await Eventually.TrueAsync(async () => await CountAsync(WaitingForTables) > 0, Cancelled);
    }

    /// <summary>After a kill: what the worker's sessions wait to do is not done any more.</summary>
    public async Task DropAsync()
    {
        foreach (var waiting in new[] { Waiting, WaitingForTables })
        {
            await RunAsync($"select pg_terminate_backend(pid) {waiting}");
            await Eventually.TrueAsync(async () => await CountAsync(waiting) == 0, Cancelled);
        }

        if (_tables is not null)
        {
            await _tables.DisposeAsync();
            _tables = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tables is not null)
        {
            await _tables.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private async Task<long> CountAsync(string rows)
    {
        await using var command = new NpgsqlCommand($"select count(*) {rows}", _connection);
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private async Task RunAsync(string sql, NpgsqlConnection? connection = null)
    {
        await using var command = new NpgsqlCommand(sql, connection ?? _connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
