using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>The Lua files beside this one, each with the clock in front, the two that touch rates with those too. The client sends them by hash after the first time.</summary>
internal static class BudgetScript
{
    public static readonly string Reserve = Load("rate", "reserve");
    public static readonly string Settle = Load("rate", "settle");
    public static readonly string Rebuild = Load("rebuild");
    public static readonly string Read = Load("read");

    public static string[] Texts(RedisResult result) => (string[])result!;

    private static string Load(params string[] names) => string.Concat(names.Prepend("clock").Select(ReadText));

    private static string ReadText(string name)
    {
        using var stream = typeof(BudgetScript).Assembly.GetManifestResourceStream($"lua/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
