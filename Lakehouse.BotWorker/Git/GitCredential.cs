namespace Lakehouse.BotWorker.Git;

/// <summary>What a push or a forge call shows. It goes into headers, never into arguments, URLs or logs.</summary>
internal sealed record GitCredential(string Username, string Password)
{
    public override string ToString() => "(credential)";
}
