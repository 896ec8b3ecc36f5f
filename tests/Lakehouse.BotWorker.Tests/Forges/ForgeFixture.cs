using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>A target with one bot branch committed in the worker's own copy.</summary>
internal sealed class ForgeFixture : IDisposable
{
    private readonly List<ServiceProvider> _services = [];

    public TargetRepository Target { get; } = new();

    public Mirror Mirror { get; }

    public ForgeFixture() => Mirror = new Mirror(Target);

    public string DataFolder => Target.Beside("data");

    public PullRequestDraft Draft(string commit, string branch = Lakehouse.BotWorker.Tests.Git.Mirror.Branch, string title = "Say hello") =>
        new(Mirror.Git.Path, commit, branch, "main", Target.Run("rev-parse", "HEAD"), title, "## Gap\n\nSay hello\n");

    public ForgeSettings Settings(RemoteSettings? remote = null) => new(DataFolder, "http://localhost:3300", Target.Path, remote ?? new RemoteSettings(), remote ?? new RemoteSettings());

    /// <summary>As the worker makes it.</summary>
    public IForge Forge(string name, RemoteSettings? remote = null)
    {
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(Settings(remote)).AddForges().BuildServiceProvider();
        _services.Add(services);
        return services.GetRequiredService<ForgeCatalog>().Get(name);
    }

    /// <returns>The commit on the branch.</returns>
    public async Task<string> CommitAsync(
        CancellationToken cancellationToken, string branch = Lakehouse.BotWorker.Tests.Git.Mirror.Branch, string content = "hello world\n", string? onTopOf = null)
    {
        var head = await Mirror.CheckOutAsync(cancellationToken);
        return await Mirror.Git.CommitAsync(branch, head, new Dictionary<string, string> { ["src/hello.txt"] = content }, "Say hello", DateTimeOffset.UnixEpoch, cancellationToken, onTopOf);
    }

    public void Dispose()
    {
        _services.ForEach(services => services.Dispose());
        Mirror.Dispose();
        Target.Dispose();
    }
}
