namespace Lakehouse.BotWorker.Git;

/// <summary>What one call of git is given, beside what every call is given.</summary>
internal sealed record GitCall(string Folder, IReadOnlyList<string> Arguments)
{
    /// <summary>What errors call it.</summary>
    public string Verb => Arguments.First(argument => !argument.StartsWith('-'));

    /// <summary>More <c>-c</c> settings.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public byte[]? Input { get; init; }

    /// <summary>Text that must not appear in an error.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
