using System.Diagnostics;

namespace Lakehouse.Testing;

/// <summary>
/// Reads <c>ExportTraceServiceRequest</c> (opentelemetry/proto/collector/trace/v1) by field numbers, as far as tests look.
/// </summary>
internal static class OtlpTraces
{
    private const string ServiceName = "service.name";

    public static IReadOnlyList<OtlpSpan> Read(byte[] request)
    {
        var spans = new List<OtlpSpan>();
        foreach (var resourceSpans in ProtobufFields.Read(request).Messages(1))
        {
            var resource = resourceSpans.Messages(1).SelectMany(one => one.Messages(1)).ToList();
            var service = OtlpValues.Attributes(resource).GetValueOrDefault(ServiceName) as string ?? "";
            foreach (var scopeSpans in resourceSpans.Messages(2))
            {
                var scope = scopeSpans.Messages(1).Select(one => one.Text(1)).FirstOrDefault() ?? "";
                spans.AddRange(scopeSpans.Messages(2).Select(span => Span(span, service, scope)));
            }
        }

        return spans;
    }

    private static OtlpSpan Span(ProtobufFields span, string service, string scope)
    {
        var status = span.Messages(15).FirstOrDefault();
        return new OtlpSpan(
            TraceId: span.Hex(1),
            SpanId: span.Hex(2),
            ParentId: span.Hex(4),
            Name: span.Text(5),
            Kind: Kind(span.Number(6)),
            Start: Time(span.Number(7)),
            End: Time(span.Number(8)),
            Status: (ActivityStatusCode)(status?.Number(3) ?? 0),
            StatusMessage: status?.Text(2) ?? "",
            Attributes: OtlpValues.Attributes(span.Messages(9)),
            Service: service,
            Scope: scope);
    }

    // SPAN_KIND_INTERNAL = 1 … CONSUMER = 5; .NET has no "unspecified"
    private static ActivityKind Kind(ulong kind) => kind switch
    {
        2 => ActivityKind.Server,
        3 => ActivityKind.Client,
        4 => ActivityKind.Producer,
        5 => ActivityKind.Consumer,
        _ => ActivityKind.Internal,
    };

    private static DateTimeOffset Time(ulong unixNanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(unixNanoseconds / 100));
}
