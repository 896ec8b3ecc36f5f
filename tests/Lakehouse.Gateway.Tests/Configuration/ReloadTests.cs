using System.Collections.Concurrent;
using Lakehouse.Gateway.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class ReloadTests : IDisposable
{
    private const string LabRule = "[[rule]]\nname = \"a\"\nmodel = \"x\"\nchain = [\"lab/m\"]\n";
    private readonly TwoFiles _files = new(routing: LabRule);
    private readonly FakeTimeProvider _time = new(TwoFiles.Now);
    private readonly Journal _log = new();
    private readonly ConfigStore _store;
    private readonly ConfigReload _reload;

    public ReloadTests()
    {
        _store = new(_files.Load());
        _reload = new(_files.Files, _store, _time, _log);
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Files_as_they_were_are_not_taken_again()
    {
        var before = _store.Current;

        Assert.False(_reload.CheckNow());
        Assert.Same(before, _store.Current);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Changed_file_is_taken_whether_it_was_written_or_renamed()
    {
        var first = _store.Current;

        _files.Write("routing.toml", LabRule + "[limits]\nmax_attempts = 7\n");
        Assert.True(_reload.CheckNow());
        var second = _store.Current;
        _files.Replace("routing.toml", LabRule + "[limits]\nmax_attempts = 8\n");
        Assert.True(_reload.CheckNow());

        Assert.Equal((3, 7, 8), (first.Routing.Limits.MaxAttempts, second.Routing.Limits.MaxAttempts, _store.Current.Routing.Limits.MaxAttempts));
        Assert.Equal(TwoFiles.Now.AddMinutes(1), _store.Current.LoadedAt);
        Assert.Equal(3, new[] { first.Version, second.Version, _store.Current.Version }.Distinct(StringComparer.Ordinal).Count());
        Assert.Null(_store.Fault);
    }

    [Fact]
    public void What_changed_is_logged_by_name()
    {
        _files.Write("providers.toml", TwoFiles.SomeProviders.Replace("http://localhost:11434", "http://elsewhere", StringComparison.Ordinal) + "\n[other]\nkind = \"openai\"\nbase_url = \"http://localhost:1\"\npaid = false\n");
        _files.Write("routing.toml", "[breaker]\nfailures = 9\n[[rule]]\nname = \"b\"\nchain = [\"lab/m\"]\n");

        Assert.True(_reload.CheckNow());

        Assert.Equal([$"Information Configuration {_store.Current.Version} is taken: provider ollama changed, provider other added, rule a removed, rule b added, order of rules, breaker changed."], _log.Lines);
    }

    [Fact]
    public void Comment_that_changed_is_taken_and_said_to_change_nothing()
    {
        _files.Write("routing.toml", "# a comment\n" + LabRule);

        Assert.True(_reload.CheckNow());

        Assert.Equal([$"Information Configuration {_store.Current.Version} is taken: nothing that matters."], _log.Lines);
    }

    [Fact]
    public void Wrong_file_keeps_what_is_in_force_says_why_once_and_is_taken_when_repaired()
    {
        var before = _store.Current;
        _files.Write("routing.toml", LabRule + "[limits]\nmax_attempts = 99\n");

        Assert.False(_reload.CheckNow());
        Assert.False(_reload.CheckNow());

        Assert.Same(before, _store.Current);
        Assert.Equal("routing.toml(6): limits.max_attempts is 99; accepted is a whole number from 1 to 20.", _files.Short(_store.Fault!.Message));
        Assert.Equal(TwoFiles.Now.AddMinutes(1), _store.Fault!.At);
        Assert.Equal([$"Error The changed configuration is wrong and not taken; {before.Version} stays in force.\n{_store.Fault.Message}"], _log.Lines);

        _files.Write("routing.toml", LabRule + "[limits]\nmax_attempts = 9\n");

        Assert.True(_reload.CheckNow());
        Assert.Equal((9, null), (_store.Current.Routing.Limits.MaxAttempts, _store.Fault));
    }

    [Fact]
    public void Change_that_is_taken_back_clears_the_fault()
    {
        _files.Write("routing.toml", "[");
        _reload.CheckNow();
        Assert.NotNull(_store.Fault);

        _files.Write("routing.toml", LabRule);

        Assert.True(_reload.CheckNow());
        Assert.Null(_store.Fault);
    }

    [Fact]
    public void Provider_that_a_rule_names_cannot_be_removed_without_the_rule()
    {
        var without = TwoFiles.SomeProviders[..TwoFiles.SomeProviders.IndexOf("[lab]", StringComparison.Ordinal)];
        _files.Write("providers.toml", without);

        Assert.False(_reload.CheckNow());
        Assert.Equal("routing.toml(4): rule[0].chain[0] is 'lab/m'; accepted is one of the providers ollama in front of the slash.", _files.Short(_store.Fault!.Message));
        Assert.Contains("lab", _store.Current.Providers.Keys);

        _files.Write("routing.toml", "");

        Assert.True(_reload.CheckNow());
        Assert.Equal(["ollama"], _store.Current.Providers.Keys);
    }

    [Fact]
    public void File_that_is_gone_is_a_fault_and_not_an_empty_one()
    {
        File.Delete(_files.Path("routing.toml"));

        Assert.False(_reload.CheckNow());

        Assert.Single(_store.Current.Routing.Rules);
        Assert.Equal("routing.toml: the file is missing; accepted is a TOML file (docs/configuration.md).", _files.Short(_store.Fault!.Message));
    }

    public void Dispose() => _files.Dispose();

    private sealed class Journal : ILogger<ConfigReload>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
