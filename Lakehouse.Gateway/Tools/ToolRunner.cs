using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools;

/// <summary>Runs the tools that a model called, for the next turn of the loop. What fails is told to the model, which may do better.</summary>
internal sealed class ToolRunner(ToolInvoker tools)
{
    /// <param name="toolCalls">Of an assistant's message, which <see cref="ToolOffer.Answers"/>.</param>
    /// <returns>One tool message for each call, in order. Calls run one after the other: a later one may rely on an earlier one.</returns>
    public async Task<IReadOnlyList<JsonObject>> RunAsync(JsonArray toolCalls, ToolOffer offer, ToolCaller caller, CancellationToken cancellationToken)
    {
        var messages = new List<JsonObject>();
        foreach (var call in toolCalls.OfType<JsonObject>())
        {
            var id = call["id"]?.ToString() ?? "";
            var content = await RunAsync(call["function"] as JsonObject ?? [], id, offer, caller, cancellationToken);
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = content });
        }

        return messages;
    }

    private async Task<string> RunAsync(JsonObject function, string id, ToolOffer offer, ToolCaller caller, CancellationToken cancellationToken)
    {
        var name = function["name"]?.ToString() ?? "";
        var outcome = !offer.ServerRun.TryGetValue(name, out var tool)
            ? await tools.RefuseAsync(name, ToolVerdict.Denied, new(403, "tool_not_offered", $"There is no such function here; there are {string.Join(", ", offer.ServerRun.Keys.Order(StringComparer.Ordinal))}."), caller, cancellationToken)
            : Parse(function["arguments"]) is { } arguments
                ? await tools.CallAsync(tool, arguments, caller, cancellationToken, id)
                : await tools.RefuseAsync(tool, ToolVerdict.Invalid, ApiError.BadInput("arguments", "The arguments are not JSON; accepted is an object that fits the function's parameters."), caller, cancellationToken);
        return outcome.Error is { } error ? Refusal(error).ToJsonString(LakehouseJson.Options) : Encoding.UTF8.GetString(outcome.Result!);
    }

    // models write {} as an empty text, too
    private static JsonObject? Parse(JsonNode? arguments)
    {
        var text = arguments?.ToString();
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Refusal(ApiError error) => new() { ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message } };
}
