using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Tells what is written for a search engine from what is said to a person.</summary>
internal static partial class SearchText
{
    /// <summary>"a phrase", -not, or one OR the other.</summary>
    public static bool HasOperators(string text) => Operator().IsMatch(text);

    [GeneratedRegex("\"[^\"]+\"|(^| )-[^ -]|[^ ] +OR +[^ ]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Operator();
}
