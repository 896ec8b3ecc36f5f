namespace Lakehouse.BotWorker.Git;

/// <summary>One line of <c>git diff --raw</c>.</summary>
/// <param name="Status"><c>A</c>, <c>M</c>, <c>D</c>, <c>T</c>.</param>
internal sealed record GitChange(string OldMode, string NewMode, string NewBlob, char Status, string Path)
{
    public static IReadOnlyList<GitChange> Parse(string raw)
    {
        var fields = raw.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var changes = new List<GitChange>();
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            // ":100644 100644 <old blob> <new blob> M"
            var parts = fields[i].TrimStart(':').Split(' ');
            changes.Add(new GitChange(parts[0], parts[1], parts[3], parts[4][0], fields[i + 1]));
        }

        return changes;
    }
}
