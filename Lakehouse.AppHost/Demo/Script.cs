using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lakehouse.AppHost.Demo;

/// <summary>What the scripted model says: the first entry whose conditions hold in the text of the whole conversation.</summary>
internal sealed class Script
{
    public const string Label = "scripted, no AI";

    private const string Default =
        $"({Label}) I am a script that plays a model, so that Lakehouse can be tried without one. I know the answers to the demo's gaps and nothing else. "
        + "To talk to a real model, give the AppHost one real setting, an Ollama URL or an API key; Lakehouse's README says how.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public IReadOnlyList<ScriptEntry> Entries { get; } = JsonSerializer.Deserialize<ScriptEntry[]>(DemoFiles.Script, Json)!;

    /// <param name="asJson">The caller asked for JSON (<c>format</c>).</param>
    public string Answer(string conversation, bool asJson)
    {
        var entry = Entries.FirstOrDefault(entry => entry.Holds(conversation));
        return entry switch
        {
            // a repository that is not the demo's: the bot's own way to hear no
            null when asJson || conversation.Contains("{\"cannot\":", StringComparison.Ordinal) => JsonSerializer.Serialize(new { cannot = Default }, Json),
            null => Default,
            { NothingToDo: { } reason } => JsonSerializer.Serialize(new { nothing_to_do = reason }, Json),
            _ => JsonSerializer.Serialize(new { entry.Summary, files = FilesOf(entry) }, Json),
        };
    }

    private static IEnumerable<object> FilesOf(ScriptEntry entry) => entry.Folder is { } folder
        ? DemoFiles.Reply(folder).Select(file => new { path = file.Key, content = file.Value, is_new = !DemoFiles.Target.ContainsKey(file.Key) })
        : entry.TargetFiles!.Select(path => new { path, content = DemoFiles.Target[path], is_new = false });
}

/// <param name="Gap">The line of the target's PRD, as it is there.</param>
/// <param name="Folder">The reply's files, under <c>Demo/Script/</c>.</param>
/// <param name="TargetFiles">Files of the target, repeated as they are.</param>
internal sealed record ScriptEntry(
    string Name, string Gap, string[]? Contains, string? Summary, string? Folder, string[]? TargetFiles, string? NothingToDo)
{
    // The bot names the gap under work by its id. The line alone would not tell: it may also be quoted, e.g. in a file that the model is shown.
    private readonly string _gapUnderWork = $"(gap {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Gap)))[..12]})";

    public bool Holds(string conversation) =>
        (Contains ?? []).Append(_gapUnderWork).All(text => conversation.Contains(text, StringComparison.Ordinal));
}
