namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>The events of a body, whole, as far as their bytes are here.</summary>
internal interface IEventReader
{
    /// <param name="item">Its data is good until the next call, and until more bytes are read.</param>
    /// <returns>False = no whole event is at hand.</returns>
    /// <exception cref="ProviderException">A line or an event is too long.</exception>
    bool TryRead(out SseEvent item);
}

/// <param name="Name">The <c>event:</c> field; null = none.</param>
/// <param name="Data">The <c>data:</c> lines in UTF-8, joined by newlines.</param>
internal readonly record struct SseEvent(string? Name, ReadOnlyMemory<byte> Data)
{
    /// <summary>Name of what stood in the stream and is no event at all: Gemini ends some streams with a bare JSON error.</summary>
    public const string NotAnEvent = "\u0000";
}
