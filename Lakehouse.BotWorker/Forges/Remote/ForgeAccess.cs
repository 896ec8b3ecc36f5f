using System.Net.Http.Headers;
using System.Text;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>How a forge is asked: with the configured token, else with what git's credential helper keeps for that server.</summary>
internal sealed record ForgeAccess(GitCredential Credential, AuthenticationHeaderValue Header)
{
    public static async Task<ForgeAccess> FindAsync(ForgeDialect dialect, RemoteSettings settings, ForgeTarget target, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(settings.Token))
        {
            var token = settings.Token.Trim();
            return new ForgeAccess(new GitCredential(dialect.GitUser, token), new AuthenticationHeaderValue(dialect.Scheme, token));
        }

        var stored = await CredentialHelper.FillAsync(target.Web, cancellationToken)
            ?? throw new ForgeException($"No token for {target.Web.Authority}: set {dialect.Section}:Token, or store one with 'git credential approve'.");
        // a stored password may be a token or a real password; Basic is right for both
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{stored.Username}:{stored.Password}"));
        return new ForgeAccess(stored, new AuthenticationHeaderValue("Basic", basic));
    }

    public override string ToString() => "(access)";
}
