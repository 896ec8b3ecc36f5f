using CliWrap;
using CliWrap.Buffered;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>A target repository whose tests are green when greeting.txt says hello or welcome.</summary>
internal sealed class WorkerTarget : IDisposable
{
    public const string GapLine = "- [ ] The greeting says welcome [bot-eligible]";
    public const string OtherLine = "- [ ] The greeting is polite [bot-eligible]";

    private const string Check = """
        if grep -qE "hello|welcome" greeting.txt; then echo "2 passed, 0 failed"; else echo "greeting.txt greets nobody"; echo "1 passed, 1 failed"; exit 1; fi
        """;

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.In("target");

    /// <summary>The folder that the checkout is in; nothing else is in it but what <see cref="LayTrapsAsync"/> puts there.</summary>
    public string Parent => _folder.Path;

    public static string GapId => GapReader.IdOf(GapLine);

    public static async Task<WorkerTarget> CreateAsync(string prd = $"# Plan\n{GapLine}\nwith a few\nlines of context\n{OtherLine}\n")
    {
        var target = new WorkerTarget();
        Directory.CreateDirectory(target.Path);
        await target.GitAsync("init", "--quiet", "--initial-branch=main");
        await target.WriteAsync("docs/PRD.md", prd);
        await target.WriteAsync("greeting.txt", "hello\n");
        await target.WriteAsync("check.sh", Check + "\n");
        await target.CommitAsync("Begin");
        return target;
    }

    /// <summary>A copy of one of the sample repositories in <c>Targets/</c>.</summary>
    public static async Task<WorkerTarget> SampleAsync(string name)
    {
        var target = new WorkerTarget();
        Directory.CreateDirectory(target.Path);
        await target.GitAsync("init", "--quiet", "--initial-branch=main");
        var sample = System.IO.Path.Combine(AppContext.BaseDirectory, "Targets", name);
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            await target.WriteAsync(System.IO.Path.GetRelativePath(sample, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        await target.CommitAsync("Begin");
        return target;
    }

    /// <summary>The gap whose line begins so, as the worker reads it.</summary>
    public string Gap(string beginning) =>
        GapReader.Read(File.ReadAllText(System.IO.Path.Combine(Path, GapReader.PrdPath))).First(gap => gap.Line.StartsWith($"- {beginning}", StringComparison.Ordinal)).Id;

    public async Task WriteAsync(string file, string content)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
    }

    /// <summary>What a hostile path could lean on: links inside and out, and folders of git.</summary>
    public async Task LayTrapsAsync()
    {
        var outside = Directory.CreateDirectory(_folder.In("outside")).FullName;
        await WriteAsync("src/hello.txt", "hello\n");
        await WriteAsync("src/three.txt", "one\ntwo\nthree\n");
        await WriteAsync("src/windows.txt", "one\r\ntwo\r\n");
        await WriteAsync("src/empty.txt", "");
        await WriteAsync("README.md", "# Read me\n");
        await WriteAsync(".gitmodules", "[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = x\n[submodule \"absent\"]\n\tpath = vendor/absent\n\turl = x\n");
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, "link.txt"), "src/hello.txt");
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, "dangling.txt"), System.IO.Path.Combine(outside, "new.txt"));
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, "linked"), "src");
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, "out"), outside);
        await CommitAsync("Lay traps");
    }

    public async Task CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "--quiet", "-m", message);
    }

    public async Task<string> GitAsync(params string[] arguments) => await GitInAsync(Path, arguments);

    public static async Task<string> GitInAsync(string folder, params string[] arguments) =>
        (await Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(folder).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput.Trim();

    public void Dispose() => _folder.Dispose();
}
