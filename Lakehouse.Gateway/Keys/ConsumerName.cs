using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Keys;

/// <summary>Names of consumers. They stand in keys of Redis, in keys themselves and in reports.</summary>
internal static partial class ConsumerName
{
    public const int MostLength = 64;
    public const string Accepted = "a to z, 0 to 9, _ and -, a letter first, up to 64 characters";

    /// <summary>The keyless caller of this machine.</summary>
    public const string Local = "local";

    /// <summary>Its key is the configuration's, and only it can make others.</summary>
    public const string Operator = "operator";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <summary>A key for one of these would be taken for somebody who is not its holder.</summary>
    public static bool IsReserved(string name) => name is Local or Operator;

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
