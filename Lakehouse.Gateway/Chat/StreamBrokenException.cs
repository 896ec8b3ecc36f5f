namespace Lakehouse.Gateway.Chat;

/// <summary>
/// A stream that began cannot be completed; the client was told so in the stream. The server logs what breaks a connection, so
/// the vendor's words, which may be the prompt's, are not in it.
/// </summary>
internal sealed class StreamBrokenException(string code) : IOException($"A stream was broken off: {code}.");
