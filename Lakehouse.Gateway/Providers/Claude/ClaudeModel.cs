using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>What a model's name says about how it wants to be told to think.
/// Source: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking.</summary>
internal static partial class ClaudeModel
{
    /// <summary>It decides itself how long to think. Older ones want a number of tokens; a name without a number is new.</summary>
    public static bool IsAdaptive(string model) => Version(model) is not { } version || version >= new Version(4, 6);

    /// <summary>It has <c>output_config.effort</c>.</summary>
    public static bool HasEffort(string model) => IsAdaptive(model) || (model.Contains("opus", StringComparison.Ordinal) && Version(model) >= new Version(4, 5));

    private static Version? Version(string model)
    {
        var match = Numbers().Match(model);
        return match.Success
            ? new(int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture) : 0)
            : null;
    }

    // claude-opus-4-5-20251101, claude-sonnet-4-20250514 (no minor), claude-3-7-sonnet-latest
    [GeneratedRegex(@"claude-(?:[a-z]+-)?(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?(?!\d)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
