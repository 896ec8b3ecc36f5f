using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>The Lua files beside this one, each with the clock in front. The client sends them by hash after the first time.</summary>
internal static class BudgetScript
{
    public static readonly string Steps = Load("rate", "steps");

    /// <summary>What Redis calls it. Given the text, the client hashes all of it at each call to find that out.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Redis' own name for a script, no protection.")]
    public static readonly byte[] StepsHash = SHA1.HashData(Encoding.UTF8.GetBytes(Steps));

    public static readonly string Rebuild = Load("rebuild");
    public static readonly string Read = Load("read");
    public static readonly string Take = ReadText("take");
    public static readonly string Taken = ReadText("taken");

    public static string[] Texts(RedisResult result) => (string[])result!;

    private static string Load(params string[] names) => string.Concat(names.Prepend("clock").Select(ReadText));

    private static string ReadText(string name)
    {
        using var stream = typeof(BudgetScript).Assembly.GetManifestResourceStream($"lua/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
