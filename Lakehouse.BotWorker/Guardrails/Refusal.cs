namespace Lakehouse.BotWorker.Guardrails;

/// <summary>Why a proposal, or a commit, must not go further.</summary>
/// <param name="Path">The file as it was proposed; empty when the proposal as a whole is refused.</param>
/// <param name="Rule">The guardrail's name, e.g. <c>git_directory</c>.</param>
internal sealed record Refusal(string Path, string Rule, string Reason)
{
    public override string ToString() => $"{Shown()}: {Reason} ({Rule})";

    // A refused path is hostile text: it must not move the cursor of whoever reads the reason.
    private string Shown() => Path.Length == 0
        ? "the proposal"
        : string.Concat(Path.Take(200).Select(character => character is >= ' ' and <= '~' ? character.ToString() : $"\\u{(int)character:x4}"));
}
