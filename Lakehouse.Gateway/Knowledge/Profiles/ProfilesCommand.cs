using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.ServiceDefaults;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>
/// <c>profiles check|load FILE</c>: looks at a file of profiles, or stores all of it or nothing; gateways that run take it up within seconds.
/// Ends with 0, with 1 where Postgres does not answer or refuses, with 2 where the file or the command line is wrong.
/// </summary>
internal static class ProfilesCommand
{
    public const string Name = "profiles";
    private const string Usage = "usage: profiles check FILE, or profiles load FILE with ConnectionStrings__lakehouse set to the gateway's PostgreSQL connection string";

    public static async Task<int> RunAsync(string[] arguments, IConfiguration configuration, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            var wishes = arguments is ["check" or "load", var path] ? ProfileFile.Read(ShellPath.Of(path)) : throw new FormatException(Usage);
            var lines = arguments[0] == "load"
                ? await LoadAsync(wishes, configuration.GetConnectionString("lakehouse") ?? throw new FormatException($"ConnectionStrings:lakehouse is missing; {Usage}"), stop)
                : wishes.Select(wish => $"{wish.Kind} {wish.Name}: can be loaded");
            foreach (var line in lines)
            {
                await output.WriteLineAsync(line);
            }

            return 0;
        }
        catch (Exception problem) when (problem is FormatException or ConfigException or ArgumentException)
        {
            await errors.WriteLineAsync(problem.Message);
            return 2;
        }
        catch (Exception problem) when (problem is ApiError or NpgsqlException or KeysUnavailableException)
        {
            await errors.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    private static async Task<IEnumerable<string>> LoadAsync(IReadOnlyList<ProfileWish> wishes, string connection, CancellationToken stop)
    {
        await Migrations.ApplyAsync(connection, "gateway", typeof(ProfilesCommand).Assembly, stop);
        await using var postgres = NpgsqlDataSource.Create(connection);
        var store = new ProfileStore(new KeyDatabase(postgres), TimeProvider.System);
        return [.. (await store.PutAsync(wishes, "command line", stop)).Select(done => $"{done.Profile.Kind} {done.Profile.Name}: {done.Decision}, version {done.Profile.Version}")];
    }
}
