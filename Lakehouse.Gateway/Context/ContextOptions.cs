using System.ComponentModel.DataAnnotations;
using Lakehouse.Gateway.Knowledge.Truth;

namespace Lakehouse.Gateway.Context;

/// <summary>Section <c>Context</c>: what chats are given unasked.</summary>
internal sealed class ContextOptions : IValidatableObject
{
    public const string Section = "Context";

    /// <summary>Tokens of all that is put into one prompt, where the chat does not say.</summary>
    [Range(1, ContextQuestion.MostTokens)]
    public long MaxTokens { get; set; } = ContextQuestion.DefaultTokens;

    /// <summary>How long a chat waits for it; what was not found by then is left out.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Task classes, <c>x.any</c> for every <c>x.…</c>, that are not helped unless the chat asks for it.</summary>
    public IReadOnlyList<string> Off { get; set; } = [];

    public bool IsOff(string? taskClass) => Off.Any(pattern => new TaskPattern(pattern).Matches(taskClass));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Off
        .Select((pattern, index) => (pattern, index))
        .Where(one => !TaskPattern.IsOne(one.pattern))
        .Select(one => new ValidationResult($"{Section}:{nameof(Off)}:{one.index} is '{one.pattern}'; accepted is {TaskPattern.Accepted}."));
}
