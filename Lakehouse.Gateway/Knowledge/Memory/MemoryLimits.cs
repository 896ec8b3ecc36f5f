namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>How much one memory may be.</summary>
internal static class MemoryLimits
{
    public const int TextCharacters = 8_000;
    public const int KeyCharacters = 200;
    public const int ReasonCharacters = 500;
    public const int SourceCharacters = 200;
    public const int AttributesBytes = 4 << 10;
    public const int Attributes = 32;
}
