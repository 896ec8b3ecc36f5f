namespace Lakehouse.BotWorker.Git;

internal static class RealPath
{
    /// <summary>The folder without links, dots and a slash at its end: two names of one folder give the same.</summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var name in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, name);
            if (new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                real = Of(target.FullName);
            }
        }

        return real;
    }
}
