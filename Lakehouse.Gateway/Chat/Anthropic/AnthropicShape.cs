using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Answers as Anthropic's Messages API does. A reply that came from it is passed on whole.</summary>
internal sealed class AnthropicShape : IReplyShape
{
    public static readonly AnthropicShape Instance = new();

    public byte[] Whole(ChatCall call, ModelReply reply, UsageRecord record) => JsonBytes.Of(reply.Native ?? AnthropicMessage.Of(call, reply, record));

    public IStreamShape Stream(ChatCall call) => new AnthropicStream(call);

    public JsonObject Error(ApiError error, string? requestId) => AnthropicErrors.Body(error, requestId);
}
