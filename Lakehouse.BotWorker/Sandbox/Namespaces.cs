namespace Lakehouse.BotWorker.Sandbox;

/// <summary>util-linux's <c>unshare</c>, where bubblewrap is not there.</summary>
internal static class Namespaces
{
    /// <summary>With the first process its whole family ends.</summary>
    public static readonly string[] Apart = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--ipc", "--uts"];

    // a network of its own begins without even its loopback, which tests use among themselves
    private const string WithLoopback = "ip link set lo up 2>/dev/null; exec \"$@\"";

    public static IReadOnlyList<string> Wrap(TestCommand command, bool network) => network
        ? ["unshare", .. Apart, command.Program, .. command.Arguments]
        : ["unshare", .. Apart, "--net", "sh", "-c", WithLoopback, "sh", command.Program, .. command.Arguments];
}
