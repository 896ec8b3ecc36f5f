namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>What the events of one stream mean. Every adapter has its own.</summary>
internal interface IVendorStream
{
    /// <summary>The vendor said its last word: what follows is not read.</summary>
    bool IsDone { get; }

    /// <returns>Null where the event says nothing.</returns>
    /// <exception cref="ProviderException">An error in the stream, or what no event of the vendor's is.</exception>
    ModelChunk? Read(SseEvent item);

    /// <summary>It is done, or there is no more.</summary>
    /// <returns>What was kept for the end; null = nothing.</returns>
    /// <exception cref="ProviderException">It was cut.</exception>
    ModelChunk? End();
}
