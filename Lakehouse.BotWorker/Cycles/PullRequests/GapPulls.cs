using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>What the forge said of a gap when the cycle began, as far as the cycle goes on with it.</summary>
/// <param name="Update">The open pull request that gets one more commit; null: a new one is opened.</param>
/// <param name="Redo">The comment that asked for it; null where nobody did.</param>
/// <param name="Notes">What reviewers wrote on the gap's pull requests, the oldest first.</param>
/// <param name="EarlierPatch">What the bot proposed there last; null where it is not known.</param>
/// <param name="CommentsUntil">The time of the newest comment that was read, by the forge's clock; those after it are for the next cycle.</param>
internal sealed record GapPulls(PullToUpdate? Update, AskedCommand? Redo, IReadOnlyList<ReviewedPull> Notes, string? EarlierPatch, DateTimeOffset? CommentsUntil);

/// <param name="Head">The bot's own commit that it stood at.</param>
internal sealed record PullToUpdate(int Number, string Url, string Branch, string Head);

internal sealed record ReviewedPull(int Number, PullRequestState State, IReadOnlyList<ReviewNote> Notes);

/// <param name="Verdict">Of a review: <c>approved</c>, <c>changes requested</c>.</param>
/// <param name="Path">The file that it is about.</param>
internal sealed record ReviewNote(string Author, DateTimeOffset At, string Text, string? Verdict, string? Path);
