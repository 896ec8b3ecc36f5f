using System.Globalization;

namespace Lakehouse.Benchmarks.Machine;

/// <summary>What a process and all its descendants have used, from <c>/proc/PID/stat</c> (proc_pid_stat(5)).</summary>
internal static class ProcessTree
{
    // USER_HZ, which is 100 on every architecture that .NET runs on
    private const double TicksPerSecond = 100;

    /// <summary>Processor time of those that run and of their children that ended.</summary>
    public static TimeSpan Cpu(params IEnumerable<int> roots) =>
        TimeSpan.FromSeconds(Members(roots).Sum(process => process.Ticks) / TicksPerSecond);

    /// <summary>Resident memory in bytes. Pages that several processes share count for each.</summary>
    public static long Resident(params IEnumerable<int> roots) =>
        Members(roots).Where(process => process.Name is not ("sh" or "cat")).Sum(process => process.Pages) * Environment.SystemPageSize;

    /// <summary>Descendants of a process that run a program.</summary>
    public static IReadOnlyList<int> Named(int root, string program) =>
        [.. Members([root]).Where(process => process.Name == program).Select(process => process.Id)];

    private static List<Entry> Members(IEnumerable<int> roots)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => Read(name!)).OfType<Entry>().ToList();
        var children = all.ToLookup(process => process.Parent);
        var members = new Dictionary<int, Entry>();
        var waiting = new Queue<Entry>(all.Where(process => roots.Contains(process.Id)));
        while (waiting.TryDequeue(out var process))
        {
            if (members.TryAdd(process.Id, process))
            {
                foreach (var child in children[process.Id])
                {
                    waiting.Enqueue(child);
                }
            }
        }

        return [.. members.Values];
    }

    private static Entry? Read(string id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // the name stands in brackets and may hold any character
            var (open, close) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
            var fields = stat[(close + 2)..].Split(' ').Take(22).ToArray();
            return new(Number(id), stat[(open + 1)..close], Number(fields[1]), fields[11..15].Sum(ticks => (long)Number(ticks)), Number(fields[21]));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    private sealed record Entry(int Id, string Name, int Parent, long Ticks, long Pages);
}
