using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>The Lua files beside this one, each with the clock in front. The client sends them by hash after the first time.</summary>
internal static class BudgetScript
{
    public static readonly string Steps = Load("rate", "steps");
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
