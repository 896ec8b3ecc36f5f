namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>One rule: where its condition holds, its action fires.</summary>
/// <param name="Source">The file that it stands in.</param>
/// <param name="Line">From 1.</param>
internal sealed record TruthRule(string Id, TaskPattern Tasks, string Description, TruthCondition Condition, TruthAction Action, string Source, int Line);

/// <summary>
/// Which kinds of tasks a rule is for: <c>staffing.fill</c> is that one, <c>staffing.any</c> every one that begins with
/// <c>staffing.</c>, and <c>any</c> everything, tasks without a class among them. Case does not matter.
/// </summary>
internal sealed record TaskPattern(string Text)
{
    public const string Accepted = "a task class such as staffing.fill, staffing.any for every staffing.*, or any: names of small letters, digits, '_' and '-', with dots between; 'any' only at the end";
    private const string Any = "any";

    public static bool IsOne(string text) => text.Length is > 0 and <= 200 && text.Split('.') is var names
        && names.All(name => name.Length > 0 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-'))
        && !names.SkipLast(1).Contains(Any, StringComparer.Ordinal);

    public bool Matches(string? taskClass) =>
        Text == Any
        || string.Equals(Text, taskClass, StringComparison.OrdinalIgnoreCase)
        || (Text.EndsWith("." + Any, StringComparison.Ordinal) && taskClass?.StartsWith(Text[..^Any.Length], StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>The harder one of two that fire decides.</summary>
internal enum TruthActionKind
{
    /// <summary>Says that the request was looked at and is right in this; it overrules nothing.</summary>
    Pass,

    /// <summary>Takes named fields and texts out of what goes on.</summary>
    Redact,

    /// <summary>The request's data is not good enough: 422.</summary>
    Reject,

    /// <summary>It must not happen: 403.</summary>
    Block,
}

/// <param name="Message">For the caller; of Reject and Block.</param>
/// <param name="Fields">Of Redact: their values go, from the context and wherever they stand in the messages.</param>
/// <param name="Texts">Of Redact: these go, whatever their case.</param>
/// <param name="Replacement">Of Redact: what stands in their place.</param>
internal sealed record TruthAction(TruthActionKind Kind, string? Message, IReadOnlyList<FieldPath> Fields, IReadOnlyList<string> Texts, string Replacement)
{
    public const string Redacted = "[redacted]";
    public static readonly string[] Kinds = Enum.GetNames<TruthActionKind>();
}
