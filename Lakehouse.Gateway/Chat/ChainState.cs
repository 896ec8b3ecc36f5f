using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat;

/// <summary>What a request's attempts have come to so far.</summary>
internal sealed class ChainState
{
    private readonly List<string> _failures = [];

    /// <summary>Upstream calls of the whole request.</summary>
    public int Attempts { get; private set; }

    public long SpentNanoUsd { get; private set; }

    /// <summary>The failure that the caller is told of when nothing else comes.</summary>
    public ApiError? LastError { get; private set; }

    public void Sent() => Attempts++;

    public void Spent(long nanoUsd) => SpentNanoUsd += nanoUsd;

    /// <summary>What failed before an answer came is history: a later round of the same request fails for reasons of its own.</summary>
    public void Answered()
    {
        _failures.Clear();
        LastError = null;
    }

    public void Failed(string target, ApiError error)
    {
        _failures.Add($"{target}: {error.Message.TrimEnd('.')}");
        LastError = error;
    }

    /// <summary>One failure as it was; of several, all, under the last one's status.</summary>
    public ApiError Error() => _failures.Count < 2
        ? LastError!
        : new(LastError!.Status, LastError.Code, $"Every candidate failed. {string.Join("; ", _failures)}.", LastError.Param, LastError.RetryAfter);
}
