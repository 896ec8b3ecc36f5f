using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>How the caller wants to be answered: in OpenAI's shape or in Anthropic's.</summary>
internal interface IReplyShape
{
    /// <returns>The answer in UTF-8.</returns>
    byte[] Whole(ChatCall call, ModelReply reply, UsageRecord record);

    /// <summary>One per stream: it may remember what it has sent.</summary>
    IStreamShape Stream(ChatCall call);

    JsonObject Error(ApiError error, string? requestId);
}

/// <summary>A stream of the caller's shape.</summary>
internal interface IStreamShape
{
    /// <param name="events">Takes what the step amounts to: several events, or none.</param>
    void Step(ModelChunk chunk, List<ServerEvent> events);

    /// <summary>The end of a stream that is complete, with its terminator.</summary>
    /// <param name="said">As <see cref="ModelReply.UsageSaid"/>.</param>
    IReadOnlyList<ServerEvent> Finish(string finishReason, UsageRecord record, JsonObject? said = null);

    /// <summary>The end of a stream that broke after it began: what makes a client notice.</summary>
    IReadOnlyList<ServerEvent> Fail(ApiError error);
}

/// <param name="Name">The <c>event:</c> field; null = none.</param>
/// <param name="Data">Null where <paramref name="Written"/> is the data.</param>
/// <param name="Written">The data in UTF-8, or what of it stands before <paramref name="Text"/>.</param>
/// <param name="Text">Goes on inside of a JSON string, escaped as such.</param>
/// <param name="After">The rest.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ServerEvent(string? Name, JsonObject? Data, byte[]? Written = null, string? Text = null, byte[]? After = null);
