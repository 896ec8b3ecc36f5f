using System.Globalization;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>What a process and its descendants use, read from <c>/proc</c> (proc(5)).</summary>
/// <param name="MemoryBytes">Resident; pages that several share count for each.</param>
internal sealed record ProcessUsage(int Processes, long MemoryBytes)
{
    public static ProcessUsage Of(int root)
    {
        var all = new Dictionary<int, (int Parent, long Pages)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } read)
            {
                all[id] = read;
            }
        }

        var children = all.ToLookup(process => process.Value.Parent, process => process.Key);
        var (count, pages) = (0, 0L);
        var open = new Stack<int>([root]);
        while (open.TryPop(out var id))
        {
            (count, pages) = (count + 1, pages + (all.TryGetValue(id, out var process) ? process.Pages : 0));
            foreach (var child in children[id])
            {
                open.Push(child);
            }
        }

        return new(count, pages * Environment.SystemPageSize);
    }

    private static (int Parent, long Pages)? Read(int id)
    {
        try
        {
            // "pid (any name) state parent …", resident pages are the 24th
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[21], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
