using System.Text;
using Lakehouse.BotWorker.Guardrails;

namespace Lakehouse.BotWorker.Cycles;

internal enum FileChange
{
    Add,
    Update,
    Noop,
}

internal sealed record AppliedFile(string Path, FileChange Change);

/// <summary>The proposal does not fit the worktree, or a file could not be written; the message names the file.</summary>
internal sealed class ApplyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Writes a proposal into a worktree: ADD, UPDATE or NOOP for each file, and nothing at all when one does not fit.</summary>
internal static class Applier
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<IReadOnlyList<AppliedFile>> ApplyAsync(string worktree, Proposal proposal, CancellationToken cancellationToken)
    {
        var planned = new List<(ProposedFile File, FileChange Change)>();
        foreach (var file in proposal.Files)
        {
            planned.Add((file, await PlanAsync(worktree, file, cancellationToken)));
        }

        foreach (var (file, change) in planned.Where(plan => plan.Change != FileChange.Noop))
        {
            await WriteAsync(worktree, file, change, cancellationToken);
        }

        return [.. planned.Select(plan => new AppliedFile(plan.File.Path, plan.Change))];
    }

    private static async Task<FileChange> PlanAsync(string worktree, ProposedFile file, CancellationToken cancellationToken)
    {
        var target = Locate(worktree, file);
        if (Directory.Exists(target))
        {
            throw new ApplyException($"{file.Path} is a folder.");
        }

        var exists = File.Exists(target);
        return (file.IsNew, exists) switch
        {
            (true, true) => throw new ApplyException($"{file.Path} was proposed as new, but it exists."),
            (false, false) => throw new ApplyException($"{file.Path} was proposed as a change, but it does not exist."),
            (true, false) => FileChange.Add,
            _ => await IsSameAsync(target, file, cancellationToken) ? FileChange.Noop : FileChange.Update,
        };
    }

    private static async Task<bool> IsSameAsync(string target, ProposedFile file, CancellationToken cancellationToken)
    {
        try
        {
            var there = await File.ReadAllBytesAsync(target, cancellationToken);
            return there.AsSpan().SequenceEqual(Utf8.GetBytes(file.Content));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApplyException($"{file.Path} could not be read: {failure.Message}", failure);
        }
    }

    private static async Task WriteAsync(string worktree, ProposedFile file, FileChange change, CancellationToken cancellationToken)
    {
        var temporary = "";
        try
        {
            var target = Locate(worktree, file);
            var folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            // looked at again: a folder on the way may have become a link since the check
            target = Locate(worktree, file);
            temporary = Path.Combine(folder, $".lakehouse-{Guid.NewGuid():N}");
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(Utf8.GetBytes(file.Content), cancellationToken);
            }

            if (change == FileChange.Update && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            // rename replaces the name, so a link that appeared at the target is replaced and not followed
            File.Move(temporary, target, overwrite: change == FileChange.Update);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new ApplyException($"{file.Path} could not be written: {failure.Message}", failure);
        }
    }

    private static string Locate(string worktree, ProposedFile file) => WorktreePath.Resolve(worktree, file.Path, out var refusal)
        ?? throw new ApplyException($"{file.Path} was refused: {refusal!.Reason}");
}
