using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Fields by which a vendor bills the same tokens at a multiple of the price that it lists (Claude's fast mode and its place of
/// work, the priority of OpenAI and of those who took over its fields): what is reserved at the listed price would be too little.
/// Sources: https://platform.claude.com/docs/en/about-claude/pricing, https://openai.com/api-priority-processing/.
/// </summary>
internal static class DearerPrice
{
    /// <summary>By field what costs the listed price, or less (flex).</summary>
    private static readonly Dictionary<string, string[]> Plain = new(StringComparer.Ordinal)
    {
        ["speed"] = ["standard"],
        ["inference_geo"] = ["global"],
        ["service_tier"] = ["auto", "default", "standard_only", "flex"],
    };

    /// <param name="capped">What of this call has a cap in money; null = nothing.</param>
    /// <exception cref="ApiError">400, naming the field: a cap of money holds for this call.</exception>
    public static void Refuse(ChatBody body, Func<string?> capped)
    {
        if (body.Plain is not null)
        {
            return;
        }

        foreach (var (field, plain) in Plain)
        {
            if (body.Tree[field] is { } value && !(value is JsonValue one && one.TryGetValue(out string? text) && plain.Contains(text)) && capped() is { } label)
            {
                throw new ApiError(400, "cost_not_bounded", $"{field} is {value.Shortened()}, which may cost a multiple of the price that is reserved, and {label} has a cap in money; accepted are {string.Join(", ", plain)}, or a request without it.", field);
            }
        }
    }
}
