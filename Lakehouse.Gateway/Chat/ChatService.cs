using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>Answers a prepared chat, whole or as a stream, in as many rounds as the gateway's own tools need.</summary>
internal sealed class ChatService(ChatChain chain, Reservation reservation, TurnStore turns)
{
    public Task<IResult> AnswerAsync(HttpContext context, ChatTurn turn)
    {
        ReplyHeaders.WriteLeftOut(context.Response, turn.LeftOut);
        return turn.Job.Request.Stream ? StreamAsync(context, turn) : WholeAsync(context, turn);
    }

    /// <summary>One round of a chat, whole.</summary>
    /// <exception cref="ApiError">Nobody answered.</exception>
    public async Task<(ChatCall Call, ModelReply Reply, UsageRecord Record)> AskAsync(HttpContext context, ChatJob job, ChainState state)
    {
        var attempt = new BufferedAttempt(reservation, context.Response);
        return await chain.RunAsync(job, state, attempt, context) is { } error ? throw error : attempt.Answer!.Value;
    }

    private async Task<IResult> WholeAsync(HttpContext context, ChatTurn turn)
    {
        var (state, job, used, said) = (new ChainState(), turn.Job, (UsageRecord?)null, (JsonObject?)null);
        while (true)
        {
            var (call, reply, record) = await AskAsync(context, job, state);
            used = record.After(used);
            said = UsageSaid.Sum(said, reply.UsageSaid);
            if (turn.Tools is { } tools && await tools.NextAsync(job, reply.Message, context.RequestAborted) is { } next)
            {
                job = next;
                continue;
            }

            if (job.Request.SessionId is not null)
            {
                await turns.StoreAsync(context, turn, reply.Message);
            }

            return new JsonAnswer(job.Shape.Whole(call, reply with { UsageSaid = said }, used));
        }
    }

    private async Task<IResult> StreamAsync(HttpContext context, ChatTurn turn)
    {
        using var events = new SseWriter(context.Response);
        var output = new StreamOutput(turn.Job.Shape, keepsToolCalls: turn.Tools is not null, keepsMessage: turn.Tools is not null || turn.Job.Request.SessionId is not null);
        var (state, job, used) = (new ChainState(), turn.Job, (UsageRecord?)null);
        while (true)
        {
            var attempt = new StreamedAttempt(reservation, context, events, output);
            if (await chain.RunAsync(job, state, attempt, context) is { } error)
            {
                await FailAsync(context, events, output, error);
                return Results.Empty;
            }

            var (call, finishReason, record) = attempt.Answer!.Value;
            used = record.After(used);
            var message = output.Message();
            if (turn.Tools is not null)
            {
                // tools take their time; what the model has said so far does not wait for them
                await events.FlushAsync(context.RequestAborted);
            }

            if (turn.Tools is { } tools && await tools.NextAsync(job, message, context.RequestAborted) is { } next)
            {
                job = next;
                continue;
            }

            await turns.StoreAsync(context, turn, message);
            events.Write(output.Finish(call, finishReason, used, turn.Tools is null ? null : message["tool_calls"]?.DeepClone() as JsonArray));
            events.HandOver();
            return Results.Empty;
        }
    }

    private static async Task FailAsync(HttpContext context, SseWriter events, StreamOutput output, ApiError error)
    {
        if (!events.HasStarted)
        {
            throw error;
        }

        // some clients notice only a connection that breaks: the exception makes the server close it after what is written,
        // without the end of the chunked body
        events.Write(output.Fail(error));
        await events.FlushAsync(context.RequestAborted);
        throw new StreamBrokenException(error.Code);
    }
}
