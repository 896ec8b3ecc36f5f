namespace Lakehouse.Gateway.Keys;

/// <summary>Text in which * stands for any text, / included. Upper and lower case differ.</summary>
internal static class ScopePattern
{
    public static bool Matches(string pattern, string text)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return pattern == text;
        }

        var (first, last) = (parts[0], parts[^1]);
        if (text.Length < first.Length + last.Length || !text.StartsWith(first, StringComparison.Ordinal) || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        // the earliest place of each part leaves the most room for the next
        var (at, end) = (first.Length, text.Length - last.Length);
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            var found = text.IndexOf(part, at, end - at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return true;
    }
}
