namespace Lakehouse.BotWorker.Pages;

/// <summary>A patch for people, one span a line: class <c>a</c> added, <c>d</c> removed, <c>h</c> between hunks and files.</summary>
internal static class DiffLines
{
    public static Html Diff(this Html html, string patch)
    {
        foreach (var line in patch.TrimEnd('\n').Split('\n'))
        {
            html.Add($"""<span class="{Kind(line)}">{line}</span>""").Add($"\n");
        }

        return html;
    }

    public static string Kind(string line) => line switch
    {
        _ when line.StartsWith("+++ ", StringComparison.Ordinal) || line.StartsWith("--- ", StringComparison.Ordinal) => "h",
        ['+', ..] => "a",
        ['-', ..] => "d",
        ['@', '@', ..] => "h",
        _ when line.StartsWith("diff --git ", StringComparison.Ordinal) => "h",
        _ => "",
    };
}
