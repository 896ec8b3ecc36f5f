using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Lakehouse.ServiceDefaults.Telemetry;

/// <summary>
/// A trace starts with a request or a job of ours. A client call that has no parent is a background poll
/// (Hangfire's queue, the ledger's drainer): alone it says nothing, by the thousand it hides everything.
/// </summary>
internal sealed class DropPollingRoots : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}
