using System.ComponentModel.DataAnnotations;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>Section <c>Memory</c>.</summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memory";

    /// <summary>Live rows of one scope.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerScope { get; set; } = 20_000;

    /// <summary>So long after a consumer has read something here, its proposals that only say it again are no news.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan EchoWindow { get; set; } = TimeSpan.FromDays(30);

    /// <returns>From when on what was served is remembered: a hundredth more than the window, for so long it may go without being noted again.</returns>
    public DateTimeOffset EchoSince(DateTimeOffset now) => now - (EchoWindow * 1.01);
}
