using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>
/// Starts a program that does not watch its standard input, with a shell beside it that does: it must not outlive a
/// benchmark that was killed.
/// </summary>
internal static class Guarded
{
    private const string Shell = """exec 3<&0; (cat <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$@" </dev/null""";

    public static ChildProcess Start(string program, params IEnumerable<string> arguments) => ChildProcess.Start("sh", ["-c", Shell, "sh", program, .. arguments]);
}
