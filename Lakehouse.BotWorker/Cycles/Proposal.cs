namespace Lakehouse.BotWorker.Cycles;

/// <summary>What the model wants to write. A file's content is the whole new content, never a patch.</summary>
internal sealed record Proposal(string Summary, IReadOnlyList<ProposedFile> Files);

/// <param name="Path">Relative to the repository's root, with forward slashes.</param>
internal sealed record ProposedFile(string Path, string Content, bool IsNew);
