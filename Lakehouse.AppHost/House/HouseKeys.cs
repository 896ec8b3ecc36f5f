using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.House;

/// <summary>
/// The keys by which the gateway knows its own callers, and the password of Postgres and Redis in containers (their volumes
/// outlive a run, so it does too). Made once, readable by their owner only.
/// </summary>
internal sealed record HouseKeys(string Bot, string Observer, string Stores)
{
    public static HouseKeys ReadOrMake(string file)
    {
        try
        {
            if (File.Exists(file))
            {
                return JsonSerializer.Deserialize<HouseKeys>(File.ReadAllText(file), JsonSerializerOptions.Web) is { Bot.Length: > 0, Observer.Length: > 0, Stores.Length: > 0 } keys
                    ? keys
                    : throw new EngineException(Broken(file));
            }
        }
        catch (JsonException)
        {
            throw new EngineException(Broken(file));
        }

        var made = new HouseKeys(NewKey(), NewKey(), NewKey());
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // written beside its place first: a start that is killed here leaves no half a file
        using (var stream = new FileStream(file + ".new", options))
        {
            JsonSerializer.Serialize(stream, made, JsonSerializerOptions.Web);
        }

        File.Move(file + ".new", file, overwrite: true);
        return made;
    }

    private static string NewKey() => "lh_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    private static string Broken(string file) => $"{file} does not hold the keys of bot, observer and stores. Put it back as it was, or delete it: the next start makes new ones.";
}
