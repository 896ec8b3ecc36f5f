namespace Lakehouse.BotWorker.Forges;

/// <summary>Body of <c>POST /repos/{owner}/{repo}/pulls</c>.</summary>
internal sealed record GiteaNewPull(string Title, string Body, string Head, string Base);

internal sealed record GiteaPull(int Number, string HtmlUrl, string Title, string State, GiteaBranch? Head)
{
    public PullRequest ToPullRequest() => new(Number, HtmlUrl, Title, Head?.Ref ?? "", State == "open");
}

internal sealed record GiteaBranch(string Ref);

internal sealed record GiteaError(string? Message);
