using System.Globalization;
using System.Text;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>What a file may hold.</summary>
internal static class ContentRules
{
    public static long TotalBytes(Proposal proposal) => proposal.Files.Sum(file => (long)Encoding.UTF8.GetByteCount(file.Content));

    public static Refusal? Check(ProposedFile file, string worktree)
    {
        Refusal Refuse(string rule, string reason) => new(file.Path, rule, reason);

        var bytes = Encoding.UTF8.GetByteCount(file.Content);
        if (bytes > ProposalGuard.MostFileBytes)
        {
            return Refuse("too_large", $"{bytes} bytes; at most {ProposalGuard.MostFileBytes} are accepted");
        }

        var existing = Existing(worktree, file.Path);
        if (IsBlank(file.Content) && existing is not null && !IsBlank(existing))
        {
            return Refuse("delete", "a file that has content would be emptied, which deletes it");
        }

        if (file.Content.Any(IsBinary))
        {
            return Refuse("binary", "the content is no text: it holds NUL or another control character");
        }

        if (!IsWellFormed(file.Content))
        {
            return Refuse("binary", "the content is no text: it holds half of a surrogate pair");
        }

        if (file.Content.Any(IsBidirectionalControl))
        {
            return Refuse("bidirectional_text", "the content holds a control character that shows text in another order than it is read");
        }

        return LineEndings(file.Content, existing) is { } reason ? Refuse("line_endings", reason) : null;
    }

    private static string? Existing(string worktree, string path) =>
        WorktreePath.Resolve(worktree, path, out _) is { } full && File.Exists(full) ? File.ReadAllText(full) : null;

    // invisible characters are no content
    private static bool IsBlank(string text) => text.All(character => char.IsWhiteSpace(character) || char.GetUnicodeCategory(character) is UnicodeCategory.Format);

    private static bool IsBinary(char character) => (char.IsControl(character) && character is not ('\t' or '\n' or '\r' or '\f')) || character is '\uFFFE' or '\uFFFF';

    private static bool IsBidirectionalControl(char character) =>
        character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C';

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    // A change of every line ending hides the change of one line; a lone CR hides text from whoever reads on a terminal.
    private static string? LineEndings(string content, string? existing)
    {
        var (crLf, lf, cr) = Count(content);
        if (cr > 0)
        {
            return "the content holds a carriage return that ends no line";
        }

        if (existing is null)
        {
            return crLf > 0 && lf > 0 ? "the content mixes both kinds of line ending" : null;
        }

        var (oldCrLf, oldLf, _) = Count(existing);
        return (oldCrLf, oldLf) switch
        {
            (0, > 0) when crLf > 0 => "the file's lines end in LF; the content brings CRLF",
            ( > 0, 0) when lf > 0 => "the file's lines end in CRLF; the content brings LF",
            (0, 0) when crLf > 0 => "the file has no CRLF; the content brings it",
            _ => null,
        };
    }

    private static (int CrLf, int Lf, int Cr) Count(string text)
    {
        var (crLf, lf, cr) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                crLf++;
                i++;
            }
            else if (text[i] == '\n')
            {
                lf++;
            }
            else if (text[i] == '\r')
            {
                cr++;
            }
        }

        return (crLf, lf, cr);
    }
}
