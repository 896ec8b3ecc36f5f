using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Staffing;

/// <summary>A gateway with staffing data, and who may do what with it.</summary>
internal sealed class StaffingHouse : IAsyncDisposable
{
    public const int Workers = 1_500;

    private bool _gone;

    private StaffingHouse(GatewayApp gateway) => (Gateway, Operator, Bot) = (gateway, gateway.As(KeyCalls.OperatorKey), gateway.As(GatewayApp.BotKey));

    public GatewayApp Gateway { get; }

    public HttpClient Operator { get; }

    public HttpClient Bot { get; }

    /// <param name="workers">None = nothing is loaded.</param>
    public static async Task<StaffingHouse> StartAsync(TestPostgres postgres, int? workers = Workers, params (string Key, string Value)[] settings)
    {
        var house = new StaffingHouse(await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings(settings)));
        if (workers is { } number)
        {
            await house.LoadAsync(number);
        }

        return house;
    }

    public async Task LoadAsync(int workers, long seed = 7)
    {
        await Operator.OkAsync(HttpMethod.Post, StaffingCalls.Datasets, new JsonObject { ["workers"] = workers, ["seed"] = seed });
        var load = await Eventually.GetAsync(async () => (await Operator.GetJsonAsync(StaffingCalls.Datasets))["load"]!, load => load["status"]!.ToString() != "running", TestContext.Current.CancellationToken);
        Assert.True(load["status"]!.ToString() == "loaded", load.ToJsonString());
    }

    public Task<T> AskAsync<T>(string sql) => Gateway.Database.AskAsync<T>(sql);

    /// <summary>Again does nothing: a test may stop the gateway early.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_gone)
        {
            return;
        }

        _gone = true;
        Operator.Dispose();
        Bot.Dispose();
        await Gateway.DisposeAsync();
    }
}

internal static class StaffingCalls
{
    public const string Datasets = "/v1/staffing/datasets";

    public static async Task<T> AskAsync<T>(this string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, string table, byte[] file, string type = "text/csv")
    {
        var content = new ByteArrayContent(file) { Headers = { { "Content-Type", type } } };
        return client.PutAsync($"{Datasets}/{table}", content, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, string table, string csv) => client.PutAsync(table, System.Text.Encoding.UTF8.GetBytes(csv));

    /// <summary>added, updated, unchanged.</summary>
    public static async Task<(long Added, long Updated, long Unchanged)> CountsAsync(this HttpResponseMessage response)
    {
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return (answer["added"]!.GetValue<long>(), answer["updated"]!.GetValue<long>(), answer["unchanged"]!.GetValue<long>());
    }

    /// <summary>Status, code, param and message of a refusal.</summary>
    public static async Task<(int Status, string Code, string? Param, string Message)> RefusalAsync(this HttpResponseMessage response)
    {
        var answer = await response.JsonAsync();
        Assert.True(answer["error"] is JsonObject, answer.ToJsonString());
        var error = answer["error"]!;
        return ((int)response.StatusCode, error["code"]!.ToString(), error["param"]?.ToString(), error["message"]!.ToString());
    }
}
