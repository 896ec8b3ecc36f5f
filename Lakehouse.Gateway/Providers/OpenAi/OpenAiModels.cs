using System.Buffers;
using System.Globalization;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>OpenAI's models by what they can be told about reasoning.</summary>
internal enum OpenAiFamily
{
    /// <summary>Not OpenAI's, or not known.</summary>
    Other,

    /// <summary>Does not reason: gpt-3.5, gpt-4, gpt-4o, gpt-5-chat.</summary>
    Chat,

    /// <summary>Always reasons: o1, o3, o4-mini.</summary>
    O,

    /// <summary>Reasons, at the least <c>minimal</c>: gpt-5.</summary>
    Gpt5,

    /// <summary>Reasons or not (<c>none</c>): gpt-5.1 and later.</summary>
    Gpt51,
}

/// <summary>Families from names. Source: https://platform.openai.com/docs/guides/reasoning.</summary>
internal static class OpenAiModels
{
    private static readonly SearchValues<char> Version = SearchValues.Create("0123456789.");

    public static OpenAiFamily Of(string model)
    {
        // openai/gpt-5 (OpenRouter), ft:gpt-4o:org (fine-tuned)
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        name = name.StartsWith("ft:", StringComparison.Ordinal) ? name[3..] : name;
        if (name.Length > 1 && name[0] == 'o' && char.IsAsciiDigit(name[1]))
        {
            return OpenAiFamily.O;
        }

        if (name.StartsWith("chatgpt-", StringComparison.Ordinal) || name.StartsWith("gpt-35", StringComparison.Ordinal))
        {
            return OpenAiFamily.Chat;
        }

        return name.StartsWith("gpt-", StringComparison.Ordinal) ? OfVersion(name[4..]) : OpenAiFamily.Other;
    }

    private static OpenAiFamily OfVersion(ReadOnlySpan<char> name)
    {
        var end = name.IndexOfAnyExcept(Version);
        var rest = end < 0 ? [] : name[end..];
        if (!decimal.TryParse(name[..^rest.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return OpenAiFamily.Other;
        }

        return number < 5 || rest.StartsWith("-chat", StringComparison.Ordinal) ? OpenAiFamily.Chat : number == 5 ? OpenAiFamily.Gpt5 : OpenAiFamily.Gpt51;
    }
}
