namespace Lakehouse.Gateway.Chat;

/// <summary>A stream that began cannot be completed; the client was told so in the stream.</summary>
internal sealed class StreamBrokenException(string message) : IOException(message);
