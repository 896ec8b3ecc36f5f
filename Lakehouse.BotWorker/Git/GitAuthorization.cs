using System.Text;

namespace Lakehouse.BotWorker.Git;

/// <summary>Shows a credential to an HTTP remote through git's environment: arguments and URLs are visible to every process.</summary>
internal static class GitAuthorization
{
    public static IReadOnlyDictionary<string, string?> Header(GitCredential? credential) => credential is null
        ? new Dictionary<string, string?>()
        : new Dictionary<string, string?>
        {
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "http.extraHeader",
            ["GIT_CONFIG_VALUE_0"] = $"Authorization: Basic {Encoded(credential)}",
        };

    public static IReadOnlyList<string> Secrets(GitCredential? credential) => credential is null ? [] : [credential.Password, Encoded(credential)];

    private static string Encoded(GitCredential credential) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
}
