namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>
/// The chunks of a stream are alike but for the piece of text in them. Once one was read, others that differ from it nowhere
/// else need no JSON parser, which is most of what a stream costs.
/// </summary>
internal sealed class TextTemplate
{
    private const string Field = "\"content\":";

    private readonly string _before;
    private readonly string _after;

    private TextTemplate(string before, string after) => (_before, _after) = (before, after);

    /// <param name="data">A chunk whose one delta is <paramref name="text"/>.</param>
    /// <returns>Null where the text does not stand there as it is, or where it is not certain which field it is.</returns>
    public static TextTemplate? Of(string data, string text)
    {
        var at = data.IndexOf(Field, StringComparison.Ordinal);
        if (at < 0 || data.IndexOf(Field, at + Field.Length, StringComparison.Ordinal) >= 0 || !IsPlain(text))
        {
            return null;
        }

        var start = at + Field.Length;
        while (start < data.Length && data[start] == ' ')
        {
            start++;
        }

        var end = start + 1 + text.Length;
        return end < data.Length && data[start] == '"' && data[end] == '"' && data.AsSpan(start + 1, text.Length).SequenceEqual(text)
            ? new(data[..(start + 1)], data[end..])
            : null;
    }

    /// <returns>The piece of text; null where the chunk differs elsewhere too, or its text has an escape.</returns>
    public string? Text(string data)
    {
        var length = data.Length - _before.Length - _after.Length;
        if (length <= 0 || !data.StartsWith(_before, StringComparison.Ordinal) || !data.EndsWith(_after, StringComparison.Ordinal))
        {
            return null;
        }

        var text = data.AsSpan(_before.Length, length);
        return IsPlain(text) ? text.ToString() : null;
    }

    // what ends a string, what escapes in it, and what may not stand in it
    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAny('"', '\\') && !text.ContainsAnyInRange('\u0000', '\u001f');
}
