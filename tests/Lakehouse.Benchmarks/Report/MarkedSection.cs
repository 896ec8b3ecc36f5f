namespace Lakehouse.Benchmarks.Report;

/// <summary>The part of a document that a run writes; what people wrote around it stays.</summary>
internal static class MarkedSection
{
    public static async Task ReplaceAsync(string file, string name, string content, CancellationToken cancellationToken)
    {
        var (begin, end) = ($"<!-- {name}:begin -->", $"<!-- {name}:end -->");
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new BenchmarkException($"{file} has no section between {begin} and {end}.");
        }

        await File.WriteAllTextAsync(file, $"{text[..from]}{begin}\n{content.ReplaceLineEndings("\n").Trim()}\n{text[to..]}", cancellationToken);
    }
}
