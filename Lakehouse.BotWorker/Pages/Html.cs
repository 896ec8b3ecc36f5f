using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Lakehouse.BotWorker.Pages;

/// <summary>HTML from an interpolated string: what is written in the source is markup, every value is escaped text.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    public Html Add(ref Interpolated markup)
    {
        _text.Append(markup.Text);
        return this;
    }

    /// <summary>A link where the address is one that may be followed; else only its text.</summary>
    public Html Link(string? url, string text) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? Add($"""<a href="{url}" rel="noreferrer">{text}</a>""")
            : Add($"{text}");

    public override string ToString() => _text.ToString();

    [InterpolatedStringHandler]
    internal readonly ref struct Interpolated(int literalLength, int formattedCount)
    {
        public StringBuilder Text { get; } = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string markup) => Text.Append(markup);

        public void AppendFormatted(object? value) => Text.Append(HtmlEncoder.Default.Encode(value?.ToString() ?? ""));

        public void AppendFormatted(DateTimeOffset? value, string format) => Text.Append(HtmlEncoder.Default.Encode(value?.UtcDateTime.ToString(format) ?? ""));
    }
}
