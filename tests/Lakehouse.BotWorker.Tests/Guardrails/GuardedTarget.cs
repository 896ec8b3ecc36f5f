using Lakehouse.BotWorker.Tests.Git;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>A checkout with everything in it that a hostile path could lean on, and a folder beside it that must stay empty.</summary>
internal sealed class GuardedTarget : IDisposable
{
    private readonly TargetRepository _target = new();

    public GuardedTarget()
    {
        _target.Write("src/three.txt", "one\ntwo\nthree\n");
        _target.Write("src/windows.txt", "one\r\ntwo\r\n");
        _target.Write("src/empty.txt", "");
        _target.Write(".gitmodules", "[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = x\n[submodule \"absent\"]\n\tpath = vendor/absent\n\turl = x\n");
        Directory.CreateDirectory(Path.Combine(Root, "vendor/lib"));
        Directory.CreateDirectory(Path.Combine(Root, "nested/.git"));
        Directory.CreateDirectory(Outside);
        File.CreateSymbolicLink(Path.Combine(Root, "link.txt"), "src/hello.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "dangling.txt"), Path.Combine(Outside, "new.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "linked"), "src");
        Directory.CreateSymbolicLink(Path.Combine(Root, "out"), Outside);
    }

    public string Root => _target.Path;

    public string Outside => _target.Beside("outside");

    public string Hash() => $"{FolderHash.Of(Root)} {FolderHash.Of(Outside)}";

    public void Dispose() => _target.Dispose();
}
