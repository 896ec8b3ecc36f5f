using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Forges.Local;

/// <summary>The files of the local forge: <c>1.json</c> is the pull request, <c>1.md</c> the same to read, <c>1.comments</c> one JSON object a line.</summary>
internal sealed class LocalPulls(string folder)
{
    public async Task<LocalPullRequest?> FindAsync(int number, CancellationToken cancellationToken)
    {
        var file = InFolder($"{number}.json");
        return File.Exists(file) ? Parse<LocalPullRequest>(file, await File.ReadAllTextAsync(file, cancellationToken)) : null;
    }

    public async Task<IReadOnlyList<LocalPullRequest>> AllAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var pulls = new List<LocalPullRequest>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            pulls.Add(Parse<LocalPullRequest>(file, await File.ReadAllTextAsync(file, cancellationToken)));
        }

        return pulls;
    }

    /// <param name="isNew">A new one never takes the place of another.</param>
    public async Task WriteAsync(LocalPullRequest pull, bool isNew, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(InFolder($"{pull.Number}.md"), pull.ToMarkdown(), cancellationToken);
        // the JSON file is the pull request: it appears last and whole
        var temporary = InFolder($".{pull.Number}");
        await File.WriteAllTextAsync(temporary, JsonSerializer.Serialize(pull, LakehouseJson.Options) + "\n", cancellationToken);
        File.Move(temporary, InFolder($"{pull.Number}.json"), overwrite: !isNew);
    }

    public async Task<IReadOnlyList<LocalComment>> CommentsAsync(int number, CancellationToken cancellationToken)
    {
        var file = InFolder($"{number}.comments");
        return File.Exists(file)
            ? [.. (await File.ReadAllLinesAsync(file, cancellationToken)).Where(line => line.Trim().Length > 0).Select(line => Parse<LocalComment>(file, line))]
            : [];
    }

    public Task AddCommentAsync(int number, LocalComment comment, CancellationToken cancellationToken) =>
        File.AppendAllTextAsync(InFolder($"{number}.comments"), JsonSerializer.Serialize(comment, LakehouseJson.Options) + "\n", cancellationToken);

    private string InFolder(string name) => Path.Combine(folder, name);

    private static T Parse<T>(string file, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, LakehouseJson.Options) ?? throw new ForgeException($"The local forge's file {Path.GetFileName(file)} is empty.");
        }
        catch (JsonException damaged)
        {
            throw new ForgeException($"The local forge's file {Path.GetFileName(file)} is damaged: {damaged.Message}", damaged);
        }
    }
}
