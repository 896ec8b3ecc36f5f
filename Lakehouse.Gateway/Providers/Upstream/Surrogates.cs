using System.Buffers.Text;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>
/// Halves of surrogate pairs, escaped: <c>"\ud83d"</c> is JSON, but no text, and whoever reads it gets an exception of another kind. Servers
/// that cut their text between tokens send them.
/// </summary>
internal static class Surrogates
{
    private const int Escape = 6;

    /// <exception cref="ProviderException">There is half of a pair in it.</exception>
    public static void Check(ReadOnlySpan<byte> json, string vendor)
    {
        if (!AreWhole(json))
        {
            throw new ProviderException(ProviderFailure.Protocol, $"{vendor} sent text that is no Unicode: half of a surrogate pair, \\ud800 to \\udfff alone.");
        }
    }

    /// <param name="json">In UTF-8; where it is no JSON, no matter what is said.</param>
    public static bool AreWhole(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = Next(json, at))
        {
            switch (Unit(json, at))
            {
                case null:
                    // of two characters; an escaped backslash must not be taken for the beginning of the next escape
                    at += 2;
                    break;
                case var unit when char.IsHighSurrogate(unit.Value):
                    if (Unit(json, at + Escape) is not { } low || !char.IsLowSurrogate(low))
                    {
                        return false;
                    }

                    at += 2 * Escape;
                    break;
                case var unit when char.IsLowSurrogate(unit.Value):
                    return false;
                default:
                    at += Escape;
                    break;
            }
        }

        return true;
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        var next = from < json.Length ? json[from..].IndexOf((byte)'\\') : -1;
        return next < 0 ? -1 : from + next;
    }

    /// <returns>Null where no \u stands there.</returns>
    private static char? Unit(ReadOnlySpan<byte> json, int at) =>
        at + Escape <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var read, 'x') && read == 4 ? (char)unit : null;
}
