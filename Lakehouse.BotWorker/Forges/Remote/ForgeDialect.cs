namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>How one kind of forge differs from another where both are asked over HTTP.</summary>
/// <param name="Section">Where a person configures it: <c>Bot:Gitea</c>.</param>
/// <param name="Scopes">What the token needs, as the forge's own page names it.</param>
/// <param name="Scheme">Of the header <c>Authorization</c> with a token.</param>
/// <param name="GitUser">The user name beside a token for git over HTTP.</param>
/// <param name="Headers">Sent with every request.</param>
internal sealed record ForgeDialect(string Product, string Section, string Scopes, string Scheme, string GitUser, IReadOnlyDictionary<string, string> Headers);
