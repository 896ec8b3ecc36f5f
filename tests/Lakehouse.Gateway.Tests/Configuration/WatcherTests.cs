using Lakehouse.Gateway.Configuration;
using Lakehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class WatcherTests : IDisposable
{
    private readonly TwoFiles _files = new();
    private readonly FakeTimeProvider _time = new(TwoFiles.Now);
    private readonly ConfigStore _store;
    private readonly ConfigReload _reload;

    public WatcherTests()
    {
        _store = new(_files.Load());
        _reload = new(_files.Files, _store, _time, NullLogger<ConfigReload>.Instance);
    }

    [Fact]
    public async Task Text_that_is_still_being_written_is_not_taken()
    {
        // valid TOML at every step, as a file is that an editor writes in two pieces
        using var watcher = new ConfigWatcher(_files.Files, _reload, _time, NullLogger<ConfigWatcher>.Instance);
        var taken = new List<int>();
        _files.Write("routing.toml", "[limits]\nmax_attempts = 1");
        var look = watcher.LookAsync(TestContext.Current.CancellationToken);
        taken.Add(_store.Current.Routing.Limits.MaxAttempts);
        _files.Write("routing.toml", "[limits]\nmax_attempts = 15\n");
        while (!look.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            taken.Add(_store.Current.Routing.Limits.MaxAttempts);
        }

        await look;
        Assert.Equal(15, _store.Current.Routing.Limits.MaxAttempts);
        Assert.DoesNotContain(1, taken);
    }

    [Fact]
    public async Task Change_is_taken_without_a_restart()
    {
        using var watcher = new ConfigWatcher(_files.Files, _reload, TimeProvider.System, NullLogger<ConfigWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        _files.Replace("routing.toml", "[limits]\nmax_attempts = 5\n");
        await Eventually.TrueAsync(() => Task.FromResult(_store.Current.Routing.Limits.MaxAttempts == 5), TestContext.Current.CancellationToken);
        _files.Write("routing.toml", "[limits]\nmax_attempts = 500\n");
        await Eventually.TrueAsync(() => Task.FromResult(_store.Fault is not null), TestContext.Current.CancellationToken);
        await watcher.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, _store.Current.Routing.Limits.MaxAttempts);
    }

    [Fact]
    public async Task Change_that_the_file_system_does_not_tell_is_found_by_looking()
    {
        // a folder that is a link to another, as container platforms mount them: the watched one itself does not change
        using var other = new TwoFiles(routing: "[limits]\nmax_attempts = 5\n");
        using var links = new TemporaryFolder();
        var link = links.In("current");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(_files.Path("x"))!);
        var files = new ConfigFiles(Path.Combine(link, "providers.toml"), Path.Combine(link, "routing.toml"), new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        var reload = new ConfigReload(files, _store, _time, NullLogger<ConfigReload>.Instance);
        using var watcher = new ConfigWatcher(files, reload, _time, NullLogger<ConfigWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(other.Path("x"))!);
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            return Task.FromResult(_store.Current.Routing.Limits.MaxAttempts == 5);
        }, TestContext.Current.CancellationToken);
        await watcher.StopAsync(TestContext.Current.CancellationToken);

        Assert.Null(_store.Fault);
    }

    public void Dispose() => _files.Dispose();
}
