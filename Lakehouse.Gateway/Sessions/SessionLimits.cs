namespace Lakehouse.Gateway.Sessions;

/// <summary>What one caller may put into sessions at once.</summary>
internal static class SessionLimits
{
    public const int MessagesPerAppend = 100;

    /// <summary>Bytes of one message's JSON. Images travel inside it.</summary>
    public const int MessageBytes = 4 << 20;

    public const int TitleCharacters = 200;

    /// <summary>Bytes of the metadata's JSON.</summary>
    public const int MetadataBytes = 16 << 10;

    /// <summary>Bytes of messages in one page, or loaded for one call: more than any context window holds.</summary>
    public const long PageBytes = 16 << 20;
}
