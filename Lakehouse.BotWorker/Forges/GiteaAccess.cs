using System.Net.Http.Headers;
using System.Text;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges;

/// <summary>How Gitea is asked: with the configured token, else with what git's credential helper keeps for that server.</summary>
internal sealed record GiteaAccess(GitCredential Credential, AuthenticationHeaderValue Header)
{
    public static async Task<GiteaAccess> FindAsync(GiteaSettings settings, GiteaTarget target, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(settings.Token))
        {
            // for git over HTTP Gitea takes the token as the password of any user
            return new GiteaAccess(new GitCredential("lakehouse-bot", settings.Token), new AuthenticationHeaderValue("token", settings.Token));
        }

        var stored = await CredentialHelper.FillAsync(target.Url, cancellationToken)
            ?? throw new ForgeException($"No token for {target.Url.Authority}: set Bot:Gitea:Token, or store one with 'git credential approve'.");
        // a stored password may be a token or a real password; Basic is right for both
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{stored.Username}:{stored.Password}"));
        return new GiteaAccess(stored, new AuthenticationHeaderValue("Basic", basic));
    }

    public override string ToString() => "(access)";
}
