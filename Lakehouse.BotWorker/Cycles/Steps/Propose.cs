using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Gateway;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>The calls that cost money, one for each try. That one was sent is stored before it is, so it is never sent twice.</summary>
internal sealed class Propose(GatewayClient gateway, IOptions<BotOptions> options, TimeProvider time) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Propose;

    public CycleOutcome WhenItFails => CycleOutcome.ModelFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        if (run.Record.Tries.Count >= run.Record.Try)
        {
            return End(run, CycleOutcome.ModelFailed, "The worker was interrupted during the model call; the call is not paid again.");
        }

        var messages = await PromptAsync(run, cancellationToken);
        run.Activity?.SetTag(TelemetryNames.TaskClass, GatewayClient.TaskClass);
        run.Activity?.SetTag(TelemetryNames.GenAi.RequestModel, options.Value.Model);
        await run.LogAsync($"asks {options.Value.Model ?? "the gateway's choice"} with {messages.Sum(message => message.Content.Length)} characters", cancellationToken);
        run.Record = run.Record with { Tries = [.. run.Record.Tries, new CycleTry(run.Record.Try, time.GetUtcNow())] };
        await run.SaveAsync(cancellationToken);
        try
        {
            var (text, call) = await gateway.ProposeAsync(messages, run.Gap.Line, cancellationToken);
            run.Record = run.Record.Now(attempt => attempt with { Call = call }) with { ModelCall = call };
            run.Activity.Describe(call);
            run.Detail = $"{call.Model} by {call.Provider}, {call.PromptTokens} + {call.CompletionTokens} tokens";
            return Read(run, text, call);
        }
        catch (GatewayException failure)
        {
            var call = Failed(failure);
            run.Record = run.Record.Now(attempt => attempt with { Call = call }) with { ModelCall = run.Record.ModelCall ?? call };
            return End(run, failure.Status == HttpStatusCode.TooManyRequests ? CycleOutcome.SkippedCost : CycleOutcome.ModelFailed, failure.Message);
        }
    }

    private async Task<IReadOnlyList<ChatMessage>> PromptAsync(CycleRun run, CancellationToken cancellationToken)
    {
        await run.PrepareBaseAsync(cancellationToken);
        var mirror = run.Folders.Mirror;
        var tracked = await mirror.TrackedFilesAsync(run.BaseSha, cancellationToken);
        var messages = PromptBuilder.Build(run.Gap, HistoryBlock.Render(run.Record.History, options.Value.History), RepositorySnapshot.Read(run.Worktree, tracked, run.Gap), PromptReviews.Of(run.Record.Pulls, past: options.Value.History > 0));
        return run.Record is { Try: > 1, Tests: { } tests }
            ? [.. messages, .. Feedback.Of(run.Proposal, tests, run.Record.Comparison, await SecretScrub.InAsync(mirror, run.BaseSha, tracked, cancellationToken))]
            : messages;
    }

    private static CycleEnd? Read(CycleRun run, string text, ModelCall call)
    {
        try
        {
            return ProposalParser.Parse(text) switch
            {
                ProposalAnswer.NothingToDo nothing => End(run, CycleOutcome.CycleNoop, $"The model says that nothing is to be done: {nothing.Reason}", EndCode.NothingToDo),
                ProposalAnswer.Cannot cannot => End(run, CycleOutcome.ProposalRejected, $"The model says that it cannot: {cannot.Reason}", EndCode.Cannot),
                ProposalAnswer.Files files => Take(run, files.Proposal),
                _ => throw new ProposalFormatException("The answer is of an unknown kind."),
            };
        }
        catch (ProposalFormatException invalid)
        {
            var cut = call.FinishReason == "length" ? " It was cut off at the token limit (Bot:MaxTokens)." : "";
            return End(run, CycleOutcome.ModelFailed, $"The model's answer could not be read: {invalid.Message}{cut}");
        }
    }

    private static CycleEnd? Take(CycleRun run, Proposal proposal)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(proposal.Files.OrderBy(file => file.Path, StringComparer.Ordinal))));
        if (run.Record.Tries.Any(attempt => attempt.ProposalHash == hash))
        {
            return End(run, CycleOutcome.TestsFailed, "The model proposed the same files again.");
        }

        run.Record = run.Record.Now(attempt => attempt with { Summary = proposal.Summary, ProposalHash = hash }) with { Proposal = proposal, Files = [], Tests = null, Comparison = null };
        return null;
    }

    // Once tests were red, that is how it ended, whatever keeps a further try from being made: the reason says both.
    private static CycleEnd End(CycleRun run, CycleOutcome outcome, string reason, EndCode? code = null)
    {
        if (run.Record is not { Try: > 1, Tests: { } tests })
        {
            return new CycleEnd(outcome, reason, code);
        }

        run.Record = run.Record.Now(attempt => attempt with { Outcome = outcome, Reason = reason });
        return new CycleEnd(CycleOutcome.TestsFailed, $"{tests.Reason}. Try {run.Record.Try} brought no other proposal: {reason}", code);
    }

    private static ModelCall? Failed(GatewayException failure) =>
        failure.RequestId is null ? null : new ModelCall(failure.RequestId, Provider: null, Model: null, Attempts: null, PromptTokens: null, CompletionTokens: null, CostNanoUsd: null, FinishReason: null);
}
