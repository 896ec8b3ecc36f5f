using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Lakehouse.Gateway.Home;

/// <summary>HTML from an interpolated string: what is written in the source is markup, every value is escaped text.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    public Html Add(ref Interpolated markup)
    {
        _text.Append(markup.Text);
        return this;
    }

    public override string ToString() => _text.ToString();

    [InterpolatedStringHandler]
    internal readonly ref struct Interpolated(int literalLength, int formattedCount)
    {
        public StringBuilder Text { get; } = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string markup) => Text.Append(markup);

        public void AppendFormatted(string? value) => Text.Append(HtmlEncoder.Default.Encode(value ?? ""));

        public void AppendFormatted(long value) => Text.Append(value.ToString(CultureInfo.InvariantCulture));

        /// <summary>In UTC.</summary>
        public void AppendFormatted(DateTimeOffset value, string format) => Text.Append(HtmlEncoder.Default.Encode(value.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)));
    }
}
