using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>The Lua files beside this one, each with the clock in front. The client sends them by hash after the first time.</summary>
internal static class BudgetScript
{
    public static readonly string Reserve = Load("reserve");
    public static readonly string Settle = Load("settle");
    public static readonly string Rebuild = Load("rebuild");
    public static readonly string Read = Load("read");

    public static string[] Texts(RedisResult result) => (string[])result!;

    private static string Load(string name) => ReadText("clock") + ReadText(name);

    private static string ReadText(string name)
    {
        using var stream = typeof(BudgetScript).Assembly.GetManifestResourceStream($"lua/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
