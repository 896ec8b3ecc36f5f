namespace Lakehouse.BotWorker.Cycles;

/// <summary>A number and what it counts: <c>1 test</c>, <c>2 tests</c>.</summary>
internal static class Counted
{
    public static string Of(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
