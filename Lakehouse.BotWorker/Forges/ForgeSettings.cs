namespace Lakehouse.BotWorker.Forges;

/// <param name="TargetRepository">The user's checkout, whose <c>origin</c> tells where it lives.</param>
internal sealed record ForgeSettings(string DataFolder, string PublicUrl, string TargetRepository, RemoteSettings Gitea, RemoteSettings GitHub);

/// <summary>Section <c>Bot:Gitea</c> or <c>Bot:GitHub</c>. Owner and repository default to those of the remote <c>origin</c>.</summary>
internal sealed record RemoteSettings(string? Url = null, string? Owner = null, string? Repository = null, string? Token = null)
{
    public override string ToString() => $"{Url} {Owner}/{Repository}";
}
