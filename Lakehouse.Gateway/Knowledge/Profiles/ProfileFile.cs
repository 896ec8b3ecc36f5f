using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Tomlyn.Model;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>Reads profiles from a file: <c>[[profile]]</c> with kind, name, task_classes, note and a table <c>settings</c>.</summary>
internal sealed class ProfileFile(TomlFile file, ConfigFaults faults)
{
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);

    /// <exception cref="ConfigException">With every fault of the file.</exception>
    public static IReadOnlyList<ProfileWish> Read(string path)
    {
        var faults = new ConfigFaults();
        var wishes = FileText.Read(path).Parse(faults) is { } file ? new ProfileFile(file, faults).Read() : [];
        faults.ThrowIfAny();
        return wishes;
    }

    private List<ProfileWish> Read()
    {
        var root = new TomlSection(file, "", file.Root, faults);
        List<ProfileWish> wishes = [.. root.Tables("profile").Select(Profile).OfType<ProfileWish>()];
        root.Close();
        if (file.Root.Count == 0)
        {
            faults.Add(file.Name, 0, "there is nothing in it; accepted are profiles, each under [[profile]].");
        }

        return wishes;
    }

    private ProfileWish? Profile(TomlSection section)
    {
        var kind = section.OneOf("kind", ProfileKind.All, required: true);
        var name = section.Text("name", $"a name of {ConsumerName.Accepted}", ConsumerName.IsValid, required: true);
        var note = section.Text("note", $"a sentence of 1 to {ProfileBodies.LongestNote} characters", text => text.Length is > 0 and <= ProfileBodies.LongestNote && !text.Any(char.IsControl));
        var tasks = TaskClasses(section, kind);
        var settings = section.Table("settings");
        if (settings is null && !section.Has("settings"))
        {
            section.Fault("settings", "a table of what the profile sets, under [profile.settings]");
        }

        section.Close();
        var json = kind is null || settings is null ? null : Settings(kind, settings);
        if (kind is not null && name is not null && !_taken.TryAdd($"{kind} {name}", section.Path))
        {
            section.Fault("name", $"a name that no other {kind} profile of the file has; {_taken[$"{kind} {name}"]} has this one");
        }

        return kind is null || name is null || json is null ? null : new(kind, name, json, tasks, note, null);
    }

    private List<string> TaskClasses(TomlSection section, string? kind)
    {
        var tasks = new List<string>();
        foreach (var (text, path) in section.Texts("task_classes", TaskPattern.Accepted, ProfileBodies.MostTaskClasses, required: false))
        {
            if (!TaskPattern.IsOne(text))
            {
                section.FaultAt(path, text, TaskPattern.Accepted);
            }
            else if (!_taken.TryAdd($"{kind} for {text}", section.Path))
            {
                section.FaultAt(path, text, $"a task class that no other {kind} profile of the file has; {_taken[$"{kind} for {text}"]} has this one");
            }

            tasks.Add(text);
        }

        return tasks;
    }

    private static JsonObject Settings(string kind, TomlSection settings)
    {
        var json = new JsonObject();
        foreach (var key in settings.Keys)
        {
            json[key] = Json(settings.Raw(key));
        }

        foreach (var (key, _, accepted) in ProfileKind.Faults(kind, json))
        {
            settings.Fault(key, accepted);
        }

        return json;
    }

    private static JsonNode? Json(object? value) => value switch
    {
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long whole => JsonValue.Create(whole),
        // what JSON has no number for is refused as a text would be
        double part => double.IsFinite(part) ? JsonValue.Create(part) : JsonValue.Create("not finite"),
        TomlArray list => new JsonArray([.. list.Select(Json)]),
        _ => new JsonObject(),
    };
}
