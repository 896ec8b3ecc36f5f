using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Worker;

namespace Lakehouse.BotWorker.Tests.Compounding;

/// <summary>A gap that the scripted model gets wrong, until it reads what went wrong.</summary>
/// <param name="Title">As the plan has it.</param>
/// <param name="Failure">What goes wrong first, for the table.</param>
/// <param name="First">How its first cycle ends.</param>
/// <param name="Clue">The words of that failure, in the prompt's account of the past, without which it is not done right.</param>
/// <param name="Blind">The answer without them.</param>
/// <param name="Taught">The answer with them.</param>
internal sealed record CompoundingGap(string Title, string Failure, CycleOutcome First, string Clue, string Blind, Func<Match, string> Taught)
{
    /// <summary>What a person says of the first draft; null where nobody objects.</summary>
    public Objection? Objection { get; init; }

    public string Line => $"- [ ] {Title} [bot-eligible]";

    public string Id => GapReader.IdOf(Line);

    public string Answer(string told) => Regex.Match(told, Clue) is { Success: true } clue ? Taught(clue) : Blind;

    public bool HasLanded(CycleRecord cycle) =>
        cycle.Outcome == CycleOutcome.Ok && (Objection is null || cycle.Proposal!.Files.Any(file => file.Content == Objection.Wanted));

    public static string File(string path, string content, bool isNew = true) => StubGateway.Files($"Write {path}", (path, content, isNew));
}

/// <param name="Wanted">The only content that the person takes.</param>
internal sealed record Objection(string Says, bool Closes, string Wanted);
