namespace Lakehouse.BotWorker.Cycles;

/// <summary>A line of the target's PRD that the bot may work on.</summary>
/// <param name="Id">First 12 hex digits of the SHA-256 of the trimmed line.</param>
/// <param name="Line">The line, trimmed.</param>
/// <param name="Context">The line and the next five, as they are in the file.</param>
/// <param name="LineNumber">Counted from 1.</param>
internal sealed record Gap(string Id, string Line, string Context, int LineNumber);
