using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>A whole reply. A message that needs nothing is passed on as it was written.</summary>
internal static class OpenAiReply
{
    /// <param name="bills">Whether <c>usage.cost</c> is the vendor's bill.</param>
    public static ModelReply Whole(JsonElement reply, string asked, UpstreamCall call, bool bills)
    {
        var choice = reply.Member("choices"u8) is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0 ? choices[0] : default;
        ThrowIfError(reply, choice, call);
        if (choice.Member("message"u8) is not { ValueKind: JsonValueKind.Object } message)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"{call.Vendor}'s reply has no message.");
        }

        var finish = OpenAiFinish.Of(choice.Text("finish_reason"u8), call) ?? throw new ProviderException(ProviderFailure.CutStream, $"{call.Vendor}'s reply does not say why it ended.");
        var completed = IsComplete(message) ? null : Completed(message);
        var counted = reply.Member("usage"u8).ToNode() as JsonObject;
        var usage = counted is null ? ModelUsage.Unknown : OpenAiUsage.Read(counted, HasOutput(counted, completed, message), bills);
        return new(
            reply.Text("model"u8) ?? asked, completed!, finish, usage, choice.Member("logprobs"u8).ToNode(), OpenAiReplyExtra.Of(reply, choice, finish),
            UsageSaid: counted is null ? null : OpenAiUsage.Beyond(counted)) { Written = completed is null ? message : default };
    }

    // who counted tokens sent something: then nobody needs to look
    private static bool HasOutput(JsonObject counted, JsonObject? completed, JsonElement message) =>
        counted.Positive("completion_tokens") is not null || OpenAiMessage.HasOutput(completed ?? JsonObject.Create(message)!);

    private static void ThrowIfError(JsonElement reply, JsonElement choice, UpstreamCall call)
    {
        if (reply.Member("error"u8).ValueKind != JsonValueKind.Undefined || choice.Member("error"u8).ValueKind != JsonValueKind.Undefined || reply.Text("object"u8) is "error")
        {
            OpenAiError.ThrowIfAny(JsonObject.Create(reply)!, call);
        }
    }

    private static bool IsComplete(JsonElement message)
    {
        var (role, content) = (false, false);
        foreach (var field in message.EnumerateObject())
        {
            role |= field.NameEquals("role"u8);
            content |= field.NameEquals("content"u8);
            if (field.NameEquals("tool_calls"u8) || field.NameEquals("reasoning"u8) || field.NameEquals("reasoning_details"u8))
            {
                return false;
            }
        }

        return role && content;
    }

    private static JsonObject Completed(JsonElement written)
    {
        var message = JsonObject.Create(written)!;
        OpenAiMessage.Normalize(message);
        message.TryAdd("role", "assistant");
        message.TryAdd("content", null);
        if (message["tool_calls"] is JsonArray calls)
        {
            OpenAiToolCalls.Complete(calls);
        }

        return message;
    }
}
