using System.Text;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>
/// The chunks of a stream are alike but for the piece of text in them. Once one was read, others that differ from it nowhere
/// else need no JSON parser, which is most of what a stream costs.
/// </summary>
internal sealed class TextTemplate
{
    private readonly byte[] _before;
    private readonly byte[] _after;

    private TextTemplate(byte[] before, byte[] after) => (_before, _after) = (before, after);

    private static ReadOnlySpan<byte> Field => "\"content\":"u8;

    /// <param name="data">A chunk whose one delta is <paramref name="text"/>.</param>
    /// <returns>Null where the text does not stand there as it is, or where it is not certain which field it is.</returns>
    public static TextTemplate? Of(ReadOnlySpan<byte> data, string text)
    {
        var at = data.IndexOf(Field);
        var piece = Encoding.UTF8.GetBytes(text);
        if (at < 0 || data[(at + Field.Length)..].IndexOf(Field) >= 0 || !IsPlain(piece))
        {
            return null;
        }

        var start = at + Field.Length;
        while (start < data.Length && data[start] == ' ')
        {
            start++;
        }

        var end = start + 1 + piece.Length;
        return end < data.Length && data[start] == '"' && data[end] == '"' && data[(start + 1)..end].SequenceEqual(piece)
            ? new(data[..(start + 1)].ToArray(), data[end..].ToArray())
            : null;
    }

    /// <returns>The piece of text; null where the chunk differs elsewhere too, or its text has an escape.</returns>
    public string? Text(ReadOnlySpan<byte> data)
    {
        var length = data.Length - _before.Length - _after.Length;
        if (length <= 0 || !data.StartsWith(_before) || !data.EndsWith(_after))
        {
            return null;
        }

        var text = data.Slice(_before.Length, length);
        return IsPlain(text) ? Encoding.UTF8.GetString(text) : null;
    }

    // what ends a string, what escapes in it, and what may not stand in it
    private static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAny((byte)'"', (byte)'\\') && !text.ContainsAnyInRange((byte)0, (byte)0x1f);
}
