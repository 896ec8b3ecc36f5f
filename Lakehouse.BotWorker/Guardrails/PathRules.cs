using System.Text;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>
/// What a path may look like, before any file system is asked. The same text must name the same file on every system that
/// the target is ever checked out on, so what one of them would fold, trim or translate is refused everywhere.
/// </summary>
internal static class PathRules
{
    private const int MostSegmentBytes = 255;
    private const int MostPathBytes = 1024;

    private static readonly HashSet<string> WindowsDevices = new(
        ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"com{n}", $"lpt{n}" })]);

    public static Refusal? Check(string path) => Shape(path) ?? path.Split('/').Select(segment => Segment(path, segment)).FirstOrDefault(refusal => refusal is not null);

    private static Refusal? Shape(string path)
    {
        if (path.Length == 0)
        {
            return new Refusal(path, "empty_path", "the path is empty");
        }

        if (path.Any(char.IsControl))
        {
            return new Refusal(path, "control_character", "the path holds a control character");
        }

        if (path.StartsWith('/') || path.StartsWith('\\') || path.StartsWith('~'))
        {
            return new Refusal(path, "absolute_path", "the path does not start inside the repository");
        }

        if (path.Length > 1 && char.IsAsciiLetter(path[0]) && path[1] == ':')
        {
            return new Refusal(path, "absolute_path", "the path names a drive");
        }

        if (path.Contains('\\'))
        {
            return new Refusal(path, "backslash", "the path holds a backslash, which some systems take for a separator");
        }

        return Encoding.UTF8.GetByteCount(path) > MostPathBytes ? new Refusal(path, "too_long", $"the path is longer than {MostPathBytes} bytes") : null;
    }

    private static Refusal? Segment(string path, string segment)
    {
        if (segment is "..")
        {
            return new Refusal(path, "traversal", "the path climbs out of a folder with '..'");
        }

        if (segment is "" or ".")
        {
            return new Refusal(path, "empty_segment", "the path holds an empty or '.' segment");
        }

        // asked first, so that every disguise of .git is refused as what it is
        if (GitDirectory.IsMeantBy(segment))
        {
            return new Refusal(path, "git_directory", "the path names git's own folder, or what some file system takes for it");
        }

        if (Encoding.UTF8.GetByteCount(segment) > MostSegmentBytes)
        {
            return new Refusal(path, "too_long", $"a name in the path is longer than {MostSegmentBytes} bytes");
        }

        if (segment.EndsWith('.') || segment.EndsWith(' ') || segment.StartsWith(' '))
        {
            return new Refusal(path, "trimmed_name", "a name in the path starts or ends with what some systems cut off");
        }

        if (segment.FirstOrDefault(character => "<>:\"|?*".Contains(character, StringComparison.Ordinal)) is not '\0' and var reserved)
        {
            return new Refusal(path, "reserved_character", $"a name in the path holds '{reserved}', which some systems reserve");
        }

        if (WindowsDevices.Contains(segment.Split('.')[0].TrimEnd().ToLowerInvariant()))
        {
            return new Refusal(path, "reserved_name", "a name in the path is a device on Windows");
        }

        // 8.3 names stand for other files
        if (segment.Contains('~') && ShortName.IsMatch(segment))
        {
            return new Refusal(path, "short_name", "a name in the path has the form of a Windows short name");
        }

        return PlainUnicode.IsPlain(segment)
            ? null
            : new Refusal(path, "unicode_trick", "a name in the path holds a character that is invisible, folded or spelled in two ways by some systems");
    }
}
