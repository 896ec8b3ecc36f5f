using Lakehouse.Gateway.Tests.Knowledge.Retrieval;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Memory;

public sealed class MemoryAuditTests(TestPostgres postgres)
{
    [Fact]
    public async Task What_is_secret_or_personal_is_found_however_much_came_after_it()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var secret = (await bot.ProposeAsync("The portal takes sk-live-0123456789abcdefghij")).Id();
        var mail = (await bot.ProposeAsync("Write to jane.roe@example.com")).Id();
        await gateway.RunAsync("""
            insert into gateway.memories (memory_id, scope, kind, text, norm_hash, sentences, attributes, source_kind, trust, created_at, created_by, valid_from, names)
            select 'mem_z' || lpad(number::text, 6, '0'), 'bot', 'semantic', 'Note ' || number, sha256(number::text::bytea), '{}', '{}', 'person', 'consumer', now(), 'bot', now(), '{}'
            from generate_series(1, 6000) number
            """);

        var audit = await bot.GetJsonAsync("/v1/memory/audit?limit=5");

        Assert.Equal(
            [("secret", secret), ("personal_data", mail)],
            audit["findings"]!.AsArray().Where(finding => finding!["kind"]!.ToString() is "secret" or "personal_data").Select(finding => (finding!["kind"]!.ToString(), finding["ids"]![0]!.ToString())));
        Assert.Equal(6_002, audit["counts"]!["live"]!.GetValue<int>());
    }
}
