using System.Collections.Concurrent;
using System.Diagnostics;

namespace Lakehouse.Testing;

/// <summary>
/// A program of this checkout as a real process. It ends with the test process, whatever happens to that: its standard
/// input is a pipe whose other end is ours.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _awaited = new(StringComparer.Ordinal);

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything that the process has printed, both streams.</summary>
    public string Output => string.Join(Environment.NewLine, _lines);

    public static ChildProcess StartAssembly(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start("dotnet", [assembly, .. arguments], environment);

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LAKEHOUSE_STOP_WITH_STDIN"] = "true";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => child.OnLine(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line that contains <paramref name="text"/>; fails with the output when the process ends first.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        var source = _awaited.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } seen)
        {
            return seen;
        }

        var exit = _process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(source.Task, exit) == source.Task)
        {
            return await source.Task;
        }

        await exit;
        throw new InvalidOperationException($"The process ended with exit code {_process.ExitCode} before it printed '{text}':{Environment.NewLine}{Output}");
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary><c>kill -9</c>: no handler of the process runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        foreach (var (text, source) in _awaited)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                source.TrySetResult(line);
            }
        }
    }
}
