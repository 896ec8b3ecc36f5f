using System.Net;
using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Gateway;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>The one call that costs money. That it was sent is stored before it is, so it is never sent twice.</summary>
internal sealed class Propose(GatewayClient gateway, IOptions<BotOptions> options, TimeProvider time) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Propose;

    public CycleOutcome WhenItFails => CycleOutcome.ModelFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        if (run.Record.ModelCallSentAt is not null)
        {
            return new CycleEnd(CycleOutcome.ModelFailed, "The worker was interrupted during the model call; the call is not paid again.");
        }

        await run.PrepareWorktreeAsync(cancellationToken);
        var snapshot = RepositorySnapshot.Read(run.Worktree, await run.Folders.Mirror.TrackedFilesAsync(run.BaseSha, cancellationToken), run.Gap);
        var messages = PromptBuilder.Build(run.Gap, HistoryBlock.Render(run.Record.History), snapshot, PromptReviews.Of(run.Record.Pulls));
        run.Activity?.SetTag(TelemetryNames.TaskClass, GatewayClient.TaskClass);
        run.Activity?.SetTag(TelemetryNames.GenAi.RequestModel, options.Value.Model);
        await run.LogAsync($"asks {options.Value.Model ?? "the gateway's choice"} with {messages.Sum(message => message.Content.Length)} characters", cancellationToken);
        run.Record = run.Record with { ModelCallSentAt = time.GetUtcNow() };
        await run.SaveAsync(cancellationToken);
        try
        {
            var (text, call) = await gateway.ProposeAsync(messages, run.Gap.Line, cancellationToken);
            run.Record = run.Record with { ModelCall = call };
            run.Activity.Describe(call);
            run.Detail = $"{call.Model} by {call.Provider}, {call.PromptTokens} + {call.CompletionTokens} tokens";
            return Read(run, text, call);
        }
        catch (GatewayException refused) when (refused.Status == HttpStatusCode.TooManyRequests)
        {
            run.Record = run.Record with { ModelCall = Failed(refused) };
            return new CycleEnd(CycleOutcome.SkippedCost, refused.Message);
        }
        catch (GatewayException failure)
        {
            run.Record = run.Record with { ModelCall = Failed(failure) };
            return new CycleEnd(CycleOutcome.ModelFailed, failure.Message);
        }
    }

    private static CycleEnd? Read(CycleRun run, string text, ModelCall call)
    {
        try
        {
            switch (ProposalParser.Parse(text))
            {
                case ProposalAnswer.NothingToDo nothing:
                    return new CycleEnd(CycleOutcome.CycleNoop, $"The model says that nothing is to be done: {nothing.Reason}", EndCode.NothingToDo);
                case ProposalAnswer.Cannot cannot:
                    return new CycleEnd(CycleOutcome.ProposalRejected, $"The model says that it cannot: {cannot.Reason}", EndCode.Cannot);
                case ProposalAnswer.Files files:
                    run.Record = run.Record with { Proposal = files.Proposal };
                    return null;
                default:
                    throw new ProposalFormatException("The answer is of an unknown kind.");
            }
        }
        catch (ProposalFormatException invalid)
        {
            var cut = call.FinishReason == "length" ? " It was cut off at the token limit (Bot:MaxTokens)." : "";
            return new CycleEnd(CycleOutcome.ModelFailed, $"The model's answer could not be read: {invalid.Message}{cut}");
        }
    }

    private static ModelCall? Failed(GatewayException failure) =>
        failure.RequestId is null ? null : new ModelCall(failure.RequestId, Provider: null, Model: null, Attempts: null, PromptTokens: null, CompletionTokens: null, CostNanoUsd: null, FinishReason: null);
}
