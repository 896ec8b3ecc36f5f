using System.Buffers.Text;
using System.Security.Cryptography;

namespace Lakehouse.Gateway.Keys;

/// <summary>The text of a key: <c>lh_{consumer}_{256 random bits in base64url}</c>.</summary>
internal static class KeyText
{
    private const string Prefix = "lh_";
    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const int HintLength = 8;

    public static string New(string consumer) => $"{Prefix}{consumer}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";

    /// <summary>The first characters of the random part: 208 bits stay secret.</summary>
    public static string HintOf(string key) => key[^SecretLength..][..HintLength];

    /// <summary>What has another form was never given out, so nobody needs to be asked.</summary>
    public static bool HasForm(string text) =>
        text.Length > Prefix.Length + 1 + SecretLength
        && text.Length <= Prefix.Length + ConsumerName.MostLength + 1 + SecretLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[^(SecretLength + 1)] == '_'
        && Base64Url.IsValid(text.AsSpan(text.Length - SecretLength), out var bytes) && bytes == SecretBytes;
}
