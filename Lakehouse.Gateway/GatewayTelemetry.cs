using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Gateway;

/// <summary>The gateway's one source of spans and its metrics, with the GenAI conventions' names and buckets.</summary>
internal static class GatewayTelemetry
{
    public static readonly ActivitySource Source = new(TelemetryNames.Gateway);
    private static readonly Meter Meter = new(TelemetryNames.Gateway);

    public static readonly Histogram<long> TokenUsage = Meter.CreateHistogram(
        TelemetryNames.GenAi.ClientTokenUsage, "{token}", "Tokens of model calls",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    public static readonly Histogram<double> Duration = Meter.CreateHistogram(
        TelemetryNames.GenAi.ClientOperationDuration, "s", "Duration of model calls",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });

    /// <summary>One attempt on the two metrics. Names of consumers and users are not among the tags.</summary>
    public static void Measure(UsageRecord record, TimeSpan elapsed, string? error)
    {
        var tags = new TagList
        {
            { TelemetryNames.GenAi.OperationName, record.Operation }, { TelemetryNames.GenAi.ProviderName, record.Provider }, { TelemetryNames.GenAi.RequestModel, record.Model },
        };
        if (error is not null)
        {
            tags.Add(TelemetryNames.ErrorType, error);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
        if (!record.Estimated)
        {
            Tokens(record.PromptTokens, "input", tags);
            Tokens(record.CompletionTokens, "output", tags);
        }
    }

    private static void Tokens(long count, string type, TagList tags)
    {
        tags.Add(TelemetryNames.GenAi.TokenType, type);
        TokenUsage.Record(count, tags);
    }
}
