using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>Answers a routed request, whole or as a stream.</summary>
internal sealed class ChatService(ChatChain chain, Reservation reservation)
{
    public Task<IResult> AnswerAsync(HttpContext context, ChatJob job) => job.Request.Stream ? StreamAsync(context, job) : WholeAsync(context, job);

    private async Task<IResult> WholeAsync(HttpContext context, ChatJob job)
    {
        var attempt = new BufferedAttempt(reservation, context.Response);
        if (await chain.RunAsync(job, new ChainState(), attempt, context) is { } error)
        {
            throw error;
        }

        var (call, reply, record) = attempt.Answer!.Value;
        return new JsonAnswer(job.Shape.Whole(call, reply, record));
    }

    private async Task<IResult> StreamAsync(HttpContext context, ChatJob job)
    {
        var (events, output) = (new SseWriter(context.Response), new StreamOutput(job.Shape, keepsToolCalls: false));
        var attempt = new StreamedAttempt(reservation, context, events, output);
        if (await chain.RunAsync(job, new ChainState(), attempt, context) is { } error)
        {
            await FailAsync(context, events, output, error);
        }
        else
        {
            var (call, finishReason, record) = attempt.Answer!.Value;
            await WriteAsync(context, events, output.Finish(call, finishReason, record, null));
        }

        return Results.Empty;
    }

    private static async Task FailAsync(HttpContext context, SseWriter events, StreamOutput output, ApiError error)
    {
        if (!events.HasStarted)
        {
            throw error;
        }

        // some clients notice only a connection that breaks: the exception makes the server close it after what is written,
        // without the end of the chunked body
        await WriteAsync(context, events, output.Fail(error));
        throw new StreamBrokenException(error.Message);
    }

    private static async Task WriteAsync(HttpContext context, SseWriter events, IEnumerable<ServerEvent> last)
    {
        foreach (var one in last)
        {
            await events.WriteAsync(one, context.RequestAborted);
        }
    }
}
