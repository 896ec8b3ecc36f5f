using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.BotWorker.Tests.Git;

/// <summary>One hash over every name, mode, link, time and byte below a folder: equal means that nothing was touched.</summary>
internal static class FolderHash
{
    public static string Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var line = $"{Path.GetRelativePath(folder, entry.FullName)}|{entry.UnixFileMode}|{entry.LinkTarget}|{(entry is FileInfo ? entry.LastWriteTimeUtc.Ticks : 0)}\n";
            hash.AppendData(Encoding.UTF8.GetBytes(line));
            if (entry is FileInfo { LinkTarget: null })
            {
                hash.AppendData(File.ReadAllBytes(entry.FullName));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The same for each file and folder by itself, by its path below the folder.</summary>
    public static Dictionary<string, string> Each(string folder) => new DirectoryInfo(folder)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .ToDictionary(
            entry => Path.GetRelativePath(folder, entry.FullName),
            entry => $"{entry.UnixFileMode}|{entry.LinkTarget}|{(entry is FileInfo { LinkTarget: null } ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : "")}",
            StringComparer.Ordinal);
}
