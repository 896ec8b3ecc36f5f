using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Requests that let the vendor add input of its own (search results), or choose another model at another price: nobody can
/// say before how much that is, so a ceiling would be none.
/// </summary>
internal static class UnboundedInput
{
    private static readonly string[] Fields = ["web_search_options", "plugins", "models", "mcp_servers"];

    /// <exception cref="ApiError">400, naming the field: a cap of tokens or money holds for this call.</exception>
    public static void Refuse(JsonObject body, Func<IReadOnlyList<BudgetScope>> scopes)
    {
        if (Field(body) is { } field && scopes().FirstOrDefault(scope => scope.Caps.Tokens is not null || scope.Caps.NanoUsd is not null) is { } capped)
        {
            throw new ApiError(400, "cost_not_bounded", $"{field} lets the vendor use more than anybody can reserve before, and {capped.Label} has a cap; leave it out, or call as a consumer without caps in tokens and money.", field);
        }
    }

    private static string? Field(JsonObject body)
    {
        if (Fields.FirstOrDefault(field => body[field] is not (null or JsonArray { Count: 0 })) is { } set)
        {
            return set;
        }

        var tools = (body["tools"] as JsonArray ?? []).Select((tool, index) => (Type: (tool as JsonObject)?["type"]?.ToString(), index));
        return tools.Where(tool => tool.Type is not (null or "function" or "custom")).Select(tool => $"tools[{tool.index}].type").FirstOrDefault();
    }
}
