using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.House;

/// <summary>
/// The keys by which the gateway knows its own callers, the operator's, by which a person makes other keys, and the password
/// of Postgres and Redis in containers (their volumes outlive a run, so it does too). Made once, readable by their owner only.
/// </summary>
internal sealed record HouseKeys(string Bot, string Observer, string Stores, string? Operator)
{
    public static HouseKeys ReadOrMake(string file)
    {
        try
        {
            if (File.Exists(file))
            {
                return JsonSerializer.Deserialize<HouseKeys>(File.ReadAllText(file), JsonSerializerOptions.Web) is not { Bot.Length: > 0, Observer.Length: > 0, Stores.Length: > 0 } keys
                    ? throw new EngineException(Broken(file))
                    : keys.Operator is { Length: > 0 } ? keys : Write(file, keys with { Operator = NewKey() });
            }
        }
        catch (JsonException)
        {
            throw new EngineException(Broken(file));
        }

        return Write(file, new HouseKeys(NewKey(), NewKey(), NewKey(), NewKey()));
    }

    private static HouseKeys Write(string file, HouseKeys keys)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // written beside its place first: a start that is killed here leaves no half a file
        using (var stream = new FileStream(file + ".new", options))
        {
            JsonSerializer.Serialize(stream, keys, JsonSerializerOptions.Web);
        }

        File.Move(file + ".new", file, overwrite: true);
        return keys;
    }

    private static string NewKey() => "lh_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    private static string Broken(string file) => $"{file} does not hold the keys of bot, observer and stores. Put it back as it was, or delete it: the next start makes new ones.";
}
