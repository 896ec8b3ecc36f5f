namespace Lakehouse.BotWorker.Forges;

/// <param name="TargetRepository">The user's checkout, whose <c>origin</c> tells where it lives.</param>
internal sealed record ForgeSettings(string DataFolder, string PublicUrl, string TargetRepository, GiteaSettings Gitea);

/// <summary>Section <c>Bot:Gitea</c>. Owner and repository default to those of the remote <c>origin</c>.</summary>
internal sealed record GiteaSettings(string? Url = null, string? Owner = null, string? Repository = null, string? Token = null)
{
    public override string ToString() => $"Gitea {Url} {Owner}/{Repository}";
}
