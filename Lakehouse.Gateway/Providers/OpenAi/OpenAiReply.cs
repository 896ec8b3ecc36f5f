using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>A whole reply. Its parts are moved and not copied.</summary>
internal static class OpenAiReply
{
    /// <param name="bills">Whether <c>usage.cost</c> is the vendor's bill.</param>
    public static ModelReply Whole(JsonObject reply, string asked, UpstreamCall call, bool bills)
    {
        OpenAiError.ThrowIfAny(reply, call);
        var choice = (reply["choices"] as JsonArray) is { Count: > 0 } choices ? choices[0] as JsonObject : null;
        if (choice?.Take("message") is not JsonObject message)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"{call.Vendor}'s reply has no message.");
        }

        var finish = OpenAiFinish.Of(choice, call) ?? throw new ProviderException(ProviderFailure.CutStream, $"{call.Vendor}'s reply does not say why it ended.");
        OpenAiMessage.Normalize(message);
        message.TryAdd("role", "assistant");
        message.TryAdd("content", null);
        if (message["tool_calls"] is JsonArray calls)
        {
            OpenAiToolCalls.Complete(calls);
        }

        var counted = reply.Object("usage");
        var usage = counted is null ? ModelUsage.Unknown : OpenAiUsage.Read(counted, OpenAiMessage.HasOutput(message), bills);
        return new(
            reply.Text("model") ?? asked, message, finish, usage, choice.Take("logprobs"), OpenAiExtra.Of(reply, choice, finish), UsageSaid: counted is null ? null : OpenAiUsage.Beyond(counted));
    }
}
