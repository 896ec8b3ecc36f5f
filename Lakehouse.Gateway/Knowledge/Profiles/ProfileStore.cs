using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>Profiles in Postgres, every version of them. Changes are rare and come one at a time.</summary>
internal sealed class ProfileStore(KeyDatabase database, TimeProvider time)
{
    private const string Columns = "kind, name, version, settings::text as settings, task_classes as taskclasses, note, created_at as createdat, created_by as createdby, retired_at as retiredat, retired_by as retiredby";

    /// <summary>All of them or, where one cannot be, none.</summary>
    /// <exception cref="ApiError">409: another version is there than was expected, or a task class has a profile of this kind.</exception>
    public Task<IReadOnlyList<ProfileDecision>> PutAsync(IReadOnlyList<ProfileWish> wishes, string by, CancellationToken cancellationToken) => ChangeAsync<IReadOnlyList<ProfileDecision>>(async connection =>
    {
        var decisions = new List<ProfileDecision>();
        foreach (var wish in wishes)
        {
            decisions.Add(await PutAsync(connection, wish, by, cancellationToken));
        }

        return decisions;
    }, cancellationToken);

    /// <exception cref="ApiError">404: there is none, or no such version.</exception>
    public Task<ProfileDecision> RollBackAsync(string kind, string name, int version, string by, CancellationToken cancellationToken) => ChangeAsync(async connection =>
    {
        var history = await HistoryAsync(connection, kind, name, cancellationToken);
        var old = history.FirstOrDefault(profile => profile.Version == version)
            ?? throw ApiError.BadInput("version", $"version is {version}; {kind} {name} has the versions 1 to {history[^1].Version}.");
        return await PutAsync(connection, new(kind, name, old.Settings, old.TaskClasses, $"version {version} again", null), by, cancellationToken);
    }, cancellationToken);

    /// <exception cref="ApiError">404: there is none that holds.</exception>
    public Task<Profile> RetireAsync(string kind, string name, string by, CancellationToken cancellationToken) => ChangeAsync(async connection =>
    {
        var last = (await HistoryAsync(connection, kind, name, cancellationToken))[^1];
        if (last.RetiredAt is not null)
        {
            return last;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "update gateway.profiles set retired_at = @now, retired_by = @by where kind = @kind and name = @name and version = @Version", new { now = time.GetUtcNow(), by, kind, name, last.Version }, cancellationToken: cancellationToken));
        return (await HistoryAsync(connection, kind, name, cancellationToken))[^1];
    }, cancellationToken);

    /// <returns>Every version, the first one first.</returns>
    /// <exception cref="ApiError">404: there is none.</exception>
    public Task<IReadOnlyList<Profile>> HistoryAsync(string kind, string name, CancellationToken cancellationToken) =>
        database.RunAsync(connection => HistoryAsync(connection, kind, name, cancellationToken), cancellationToken);

    /// <returns>The last version of each that was not retired.</returns>
    /// <exception cref="KeysUnavailableException">Postgres does not answer.</exception>
    public Task<IReadOnlyList<Profile>> LiveAsync(CancellationToken cancellationToken) => database.RunAsync(connection => LiveAsync(connection, cancellationToken), cancellationToken);

    private Task<T> ChangeAsync<T>(Func<DbConnection, Task<T>> change, CancellationToken cancellationToken) => database.RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(hashtext('lakehouse.profiles'))", cancellationToken: cancellationToken));
        var done = await change(connection);
        await transaction.CommitAsync(cancellationToken);
        return done;
    }, cancellationToken);

    private async Task<ProfileDecision> PutAsync(DbConnection connection, ProfileWish wish, string by, CancellationToken cancellationToken)
    {
        var last = (await QueryAsync(connection, "where kind = @Kind and name = @Name order by version desc limit 1", new { wish.Kind, wish.Name }, cancellationToken)) is [var there] ? there : null;
        if (wish.ExpectedVersion is { } expected && expected != (last?.Version ?? 0))
        {
            throw new ApiError(409, "profile_conflict", $"{wish.Kind} {wish.Name} is at version {last?.Version ?? 0}, and not at the expected version {expected}; read it again.", "expected_version");
        }

        if (last is { RetiredAt: null } && JsonNode.DeepEquals(last.Settings, wish.Settings) && last.TaskClasses.SequenceEqual(wish.TaskClasses, StringComparer.Ordinal))
        {
            return new("NOOP", last);
        }

        foreach (var other in (await LiveAsync(connection, cancellationToken)).Where(other => other.Kind == wish.Kind && other.Name != wish.Name))
        {
            if (other.TaskClasses.Intersect(wish.TaskClasses, StringComparer.Ordinal).FirstOrDefault() is { } taken)
            {
                throw new ApiError(409, "profile_conflict", $"The task class {taken} has the {wish.Kind} profile {other.Name} already; take it away there first.", "task_classes");
            }
        }

        var next = new Profile(wish.Kind, wish.Name, (last?.Version ?? 0) + 1, wish.Settings, wish.TaskClasses, wish.Note, time.GetUtcNow(), by, null, null);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into gateway.profiles (kind, name, version, settings, task_classes, note, created_at, created_by)
            values (@Kind, @Name, @Version, @Settings::jsonb, @TaskClasses, @Note, @CreatedAt, @CreatedBy)
            """, new { next.Kind, next.Name, next.Version, Settings = next.Settings.ToJsonString(), TaskClasses = next.TaskClasses.ToArray(), next.Note, next.CreatedAt, next.CreatedBy }, cancellationToken: cancellationToken));
        return new(last is { RetiredAt: null } ? "UPDATE" : "ADD", next);
    }

    private static async Task<IReadOnlyList<Profile>> HistoryAsync(DbConnection connection, string kind, string name, CancellationToken cancellationToken)
    {
        var versions = await QueryAsync(connection, "where kind = @kind and name = @name order by version", new { kind, name }, cancellationToken);
        return versions.Count > 0 ? versions : throw new ApiError(404, "profile_not_found", $"There is no {kind} profile '{name}'; GET /v1/profiles lists them.", "name");
    }

    private static async Task<IReadOnlyList<Profile>> LiveAsync(DbConnection connection, CancellationToken cancellationToken) => await QueryAsync(
        connection, "where retired_at is null and version = (select max(version) from gateway.profiles last where last.kind = profiles.kind and last.name = profiles.name)", null, cancellationToken);

    private static async Task<IReadOnlyList<Profile>> QueryAsync(DbConnection connection, string where, object? arguments, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition($"select {Columns} from gateway.profiles profiles {where}", arguments, cancellationToken: cancellationToken))).Select(row => row.ToProfile())];

    private sealed class Row
    {
        public required string Kind { get; init; }
        public required string Name { get; init; }
        public required int Version { get; init; }
        public required string Settings { get; init; }
        public required string[] TaskClasses { get; init; }
        public string? Note { get; init; }
        public required DateTime CreatedAt { get; init; }
        public required string CreatedBy { get; init; }
        public DateTime? RetiredAt { get; init; }
        public string? RetiredBy { get; init; }

        public Profile ToProfile() => new(
            Kind, Name, Version, JsonNode.Parse(Settings)!.AsObject(), TaskClasses, Note, new(CreatedAt, TimeSpan.Zero), CreatedBy, RetiredAt is { } retired ? new DateTimeOffset(retired, TimeSpan.Zero) : null, RetiredBy);
    }
}
