namespace Lakehouse.BotWorker.Sandbox;

/// <summary>How the target's tests are run; no shell is involved.</summary>
/// <param name="Display">What a person would type.</param>
internal sealed record TestCommand(string Program, IReadOnlyList<string> Arguments, string Display);
