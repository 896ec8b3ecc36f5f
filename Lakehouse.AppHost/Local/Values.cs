using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

public interface IManifestExpressionProvider;

public enum EndpointProperty
{
    Port = 3,
}

public sealed class EndpointReference : IValueProvider, IManifestExpressionProvider
{
    internal EndpointReference(Endpoint endpoint) => Endpoint = endpoint;

    public string Url => $"{Endpoint.Scheme}://{Endpoint.Host}:{Endpoint.AllocatedPort}";

    internal Endpoint Endpoint { get; }

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IValueProvider, IManifestExpressionProvider
{
    public EndpointProperty Property { get; } = property;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new($"{endpointReference.Endpoint.AllocatedPort}");
}

public class ReferenceExpression : IValueProvider, IManifestExpressionProvider
{
    private readonly List<object?> _parts;

    private ReferenceExpression(List<object?> parts) => _parts = parts;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        string.Concat(await Task.WhenAll(_parts.Select(async part => part is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : part as string)));

    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler
    {
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => Parts = new(literalLength + formattedCount);

        internal List<object?> Parts { get; }

        public readonly void AppendLiteral(string value) => Parts.Add(value);

        public readonly void AppendFormatted(string? value) => Parts.Add(value);

        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider => Parts.Add(valueProvider);
    }
}
