using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>Stops a worker just before a step's row becomes visible, from the database's side, so that it can be killed there.</summary>
internal sealed class CrashGate : IAsyncDisposable
{
    private const string Lock = "424242";

    // the view shows the whole server, where other tests have gates of their own
    private const string Waiting = $"from pg_locks where locktype = 'advisory' and objid = {Lock} and not granted and database = (select oid from pg_database where datname = current_database())";

    private readonly NpgsqlConnection _connection;

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
            select pg_advisory_lock({Lock});
            """);
        return gate;
    }

    public Task CloseAsync(string step, string state) => RunAsync($"delete from public.crash_gate; insert into public.crash_gate values ('{step}', '{state}')");

    public Task LiftAsync() => RunAsync("delete from public.crash_gate");

    /// <summary>Kills the worker when it has come to the gate; what it was about to store is not stored.</summary>
    public async Task KillAtAsync(WorkerHost worker)
    {
        await WorkerReport.ExplainAsync(worker, () => Eventually.GetAsync(CountAsync, waiting => waiting > 0, Cancelled));
        await worker.KillProcessAsync();
        await RunAsync($"select pg_terminate_backend(pid) {Waiting}");
        await Eventually.TrueAsync(async () => await CountAsync() == 0, Cancelled);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<long> CountAsync()
    {
        await using var command = new NpgsqlCommand($"select count(*) {Waiting}", _connection);
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
