using System.Collections.Concurrent;
using System.Diagnostics;
using Hangfire;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Jobs;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class TraceTests : IDisposable
{
    private readonly TestPostgres _postgres;
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;

    public TraceTests(TestPostgres postgres)
    {
        _postgres = postgres;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.BotWorker,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Enqueued_cycle_is_one_trace_from_the_request_through_every_step_to_gateway_and_observer()
    {
        await using var worker = (await WorkerHost.CreateAsync(_postgres)).Start();

        var view = await worker.RunAsync();

        var spans = await SpansAsync(view.Cycle.TraceId);
        var enqueue = Assert.Single(spans, span => span.OperationName == TelemetryNames.Cycle.Enqueue);
        var job = Assert.Single(spans, span => span.OperationName == TelemetryNames.Cycle.Job);
        Assert.Equal(enqueue.SpanId, job.ParentSpanId);
        foreach (var step in view.Steps)
        {
            // a report may be sent twice: by the cycle, and by the reporter that looks for cycles not delivered yet
            var ofJob = Assert.Single(spans, span => span.OperationName == step.Name && span.ParentSpanId == job.SpanId);
            Assert.True(step.Name == TelemetryNames.Cycle.Report || spans.Single(span => span.OperationName == step.Name) == ofJob);
        }

        var propose = spans.Single(span => span.OperationName == TelemetryNames.Cycle.Propose);
        Assert.Equal((321L, 45L, 1234567L, "gpt-oss:120b"), (propose.GetTagItem(TelemetryNames.GenAi.InputTokens), propose.GetTagItem(TelemetryNames.GenAi.OutputTokens), propose.GetTagItem(TelemetryNames.CostNanoUsd), propose.GetTagItem(TelemetryNames.GenAi.ResponseModel)));
        var evaluation = Assert.Single(spans.Single(span => span.OperationName == TelemetryNames.Cycle.Test).Events);
        Assert.Equal((TelemetryNames.GenAi.EvaluationEvent, "green"), (evaluation.Name, evaluation.Tags.Single(tag => tag.Key == TelemetryNames.GenAi.EvaluationLabel).Value));
        Assert.Equal("ok", job.GetTagItem(TelemetryNames.Outcome));
        Assert.Contains(view.Cycle.TraceId, worker.Gateway.Calls.Single().Headers["traceparent"], StringComparison.Ordinal);
        await worker.EventAsync(view.Cycle.CycleId);
        Assert.All(worker.Observer.Requests, request => Assert.Contains(view.Cycle.TraceId, request.Headers["traceparent"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Triggered_recurring_job_runs_a_cycle_in_the_trace_of_whoever_triggered_it()
    {
        await using var worker = (await WorkerHost.CreateAsync(_postgres)).Start();
        using var click = new Activity("click").Start();

        worker.Services.GetRequiredService<IRecurringJobManager>().Trigger(BotCycleJob.RecurringId);
        click.Stop();

        var cycles = await Eventually.GetAsync(
            () => worker.Services.GetRequiredService<CycleQueries>().ListAsync(worker.Target.Path, 10, Cancelled),
            cycles => cycles is [{ FinishedAt: not null }],
            Cancelled);
        Assert.Equal((CycleOutcome.Ok, click.TraceId.ToString()), (cycles[0].Outcome, cycles[0].TraceId));
        Assert.Equal(click.SpanId, Assert.Single(await SpansAsync(cycles[0].TraceId), span => span.OperationName == TelemetryNames.Cycle.Job).ParentSpanId);
    }

    // the job's span ends a moment after its cycle is stored as finished
    private Task<List<Activity>> SpansAsync(string traceId) => Eventually.GetAsync(
        () => Task.FromResult(_stopped.Where(span => span.TraceId.ToString() == traceId).ToList()),
        spans => spans.Any(span => span.OperationName == TelemetryNames.Cycle.Job),
        Cancelled);
}
