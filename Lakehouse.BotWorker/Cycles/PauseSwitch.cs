using Dapper;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>The pause button of the bot's page. It keeps cycles from starting and never stops one in flight.</summary>
internal sealed class PauseSwitch(NpgsqlDataSource database, TimeProvider time)
{
    public async Task<DateTimeOffset?> PausedSinceAsync(string repository, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var since = await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(
            "select paused_at from bot.pauses where repository = @repository", new { repository }, cancellationToken: cancellationToken));
        return since is { } paused ? new DateTimeOffset(DateTime.SpecifyKind(paused, DateTimeKind.Utc)) : null;
    }

    public async Task SetAsync(string repository, bool paused, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sql = paused
            ? "insert into bot.pauses (repository, paused_at) values (@repository, @now) on conflict (repository) do nothing"
            : "delete from bot.pauses where repository = @repository";
        await connection.ExecuteAsync(new CommandDefinition(sql, new { repository, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }
}
