using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Everything that is logged, from Trace up: messages, their values, exceptions and scopes.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // nothing is held
    }

    private sealed class Logger(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logs._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new List<string?> { $"{logLevel} {category}", formatter(state, exception), Values(state), exception?.ToString() };
            logs._scopes.ForEachScope((scope, all) => all.Add($"{scope} {Values(scope)}"), line);
            logs.Lines.Enqueue(string.Join(" | ", line));
        }

        private static string Values(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(", ", values.Select(value => $"{value.Key}={value.Value}")) : "";
    }
}
